/**
 * WinFsp's DLL and the functions of Windows that go with it, through koffi, which is loaded when a mount is made.
 * The DLL is taken from where the registry says that WinFsp was installed, by its whole path and from nowhere else: a
 * DLL that lies in a folder of ours or in the working folder is never loaded.
 */

import { windowsNameOf } from '../../windows/process-name.ts';
import { type Koffi, loadWindows, type Windows } from '../../windows/windows.ts';
import { MountError } from '../errors.ts';
import { mountFailure } from './mount-failure.ts';
import { WINFSP_SITE } from './notice.ts';
import { createSecurity } from './windows-security.ts';
import type { Volume, VolumeEvents, WinFsp } from './winfsp.ts';
import { RequestKind } from './wire/constants.ts';
import { isFailure, NtStatus } from './wire/nt-status.ts';
import { MAX_REQUEST_BYTES, REQUEST_HEADER_BYTES } from './wire/request.ts';

const DEVICE = 'WinFsp.Disk';
/** FSP_FILE_SYSTEM_INTERFACE: 64 pointers. */
const INTERFACE_BYTES = 512;
const DISPATCHER_STOPPED = 32 * 8;
const DLL_NAMES: Readonly<Record<string, string>> = {
  x64: 'winfsp-x64.dll',
  arm64: 'winfsp-a64.dll',
  ia32: 'winfsp-x86.dll',
};

/** Throws MountError `unavailable` where WinFsp or koffi is missing. */
export async function loadWinFsp(): Promise<WinFsp> {
  const windows = await loadWindows().catch((cause: Error) => {
    throw new MountError('unavailable', `Cannot mount on Windows: ${cause.message}`, { cause });
  });
  const functions = loadFunctions(windows.koffi, findDll(windows));
  const version = Buffer.alloc(4);
  const status = functions.version(version);
  if (isFailure(status)) throw mountFailure('preflight', status, '');
  return {
    version: { major: version.readUInt16LE(2), minor: version.readUInt16LE(0) },
    preflight: (mountpoint) => functions.preflight(DEVICE, mountpoint === '*:' ? null : mountpoint),
    createVolume: (parameters, events) => createVolume(windows, functions, parameters, events),
    createSecurity: (allowOther) => createSecurity(windows, allowOther),
    processName: windowsNameOf,
  };
}

function findDll(windows: Windows): string {
  const folder = windows.readRegistry('SOFTWARE\\WinFsp', 'InstallDir', '32 bits');
  const name = DLL_NAMES[process.arch];
  if (folder === undefined || name === undefined) {
    throw new MountError(
      'unavailable',
      `WinFsp is needed to mount on Windows: install it from ${WINFSP_SITE}`,
    );
  }
  return `${folder.replace(/\\+$/, '')}\\bin\\${name}`;
}

type Pointer = bigint | null;

interface Functions {
  version(into: Uint8Array): number;
  preflight(device: string, mountpoint: string | null): Promise<number>;
  create(device: string, parameters: Uint8Array, table: Uint8Array, into: [Pointer]): number;
  setOperation(volume: Pointer, kind: number, operation: bigint): void;
  removeGuard(volume: Pointer): void;
  setMountpoint(volume: Pointer, mountpoint: string): Promise<number>;
  mountpoint(volume: Pointer): string | null;
  startDispatcher(volume: Pointer, threads: number): number;
  sendResponse(volume: Pointer, response: Uint8Array): void;
  removeMountpoint(volume: Pointer): Promise<number>;
  stopDispatcher(volume: Pointer): Promise<number>;
  delete(volume: Pointer): Promise<number>;
}

function loadFunctions(koffi: Koffi, path: string): Functions {
  const library = openLibrary(koffi, path);
  const later = (definition: string) => {
    const call = library.func(definition);
    return (...args: unknown[]): Promise<number> =>
      new Promise((resolve, reject) => {
        call.async(...args, (error: unknown, result: number) => (error ? reject(error) : resolve(result)));
      });
  };
  const operation = library.func('void FspFileSystemSetOperationF(void *fs, uint32_t kind, uint64_t op)');
  const guard = library.func('void FspFileSystemSetOperationGuardF(void *fs, void *enter, void *leave)');
  return {
    version: library.func('int32_t FspVersion(void *version)'),
    preflight: later('int32_t FspFileSystemPreflight(str16 device, str16 mountpoint)'),
    create: library.func(
      'int32_t FspFileSystemCreate(str16 device, void *parameters, void *interface, _Out_ void **fs)',
    ),
    setOperation: operation,
    removeGuard: (volume) => guard(volume, null, null),
    setMountpoint: later('int32_t FspFileSystemSetMountPoint(void *fs, str16 mountpoint)'),
    mountpoint: library.func('str16 FspFileSystemMountPointF(void *fs)'),
    startDispatcher: library.func('int32_t FspFileSystemStartDispatcher(void *fs, uint32_t threads)'),
    sendResponse: library.func('void FspFileSystemSendResponse(void *fs, void *response)'),
    removeMountpoint: later('void FspFileSystemRemoveMountPoint(void *fs)'),
    stopDispatcher: later('void FspFileSystemStopDispatcher(void *fs)'),
    delete: later('void FspFileSystemDelete(void *fs)'),
  };
}

function openLibrary(koffi: Koffi, path: string): ReturnType<Koffi['load']> {
  try {
    return koffi.load(path);
  } catch (cause) {
    throw new MountError('unavailable', `Cannot load "${path}": install WinFsp again from ${WINFSP_SITE}`, {
      cause,
    });
  }
}

function createVolume(
  windows: Windows,
  functions: Functions,
  parameters: Uint8Array,
  events: VolumeEvents,
): Volume {
  const { koffi } = windows;
  const callbacks = registerCallbacks(windows, events);
  // WinFsp keeps the address of the table: it must live as long as the volume, whose closures hold it.
  const table = Buffer.alloc(INTERFACE_BYTES);
  table.writeBigUInt64LE(callbacks.stopped, DISPATCHER_STOPPED);
  const made: [Pointer] = [null];
  const status = functions.create(DEVICE, parameters, table, made);
  if (isFailure(status) || made[0] === null) {
    callbacks.unregister();
    throw mountFailure('volume', status, DEVICE);
  }
  const [volume] = made;
  functions.removeGuard(volume);
  for (const kind of Object.values(RequestKind)) functions.setOperation(volume, kind, callbacks.operation);
  return {
    startDispatcher: (threads) => functions.startDispatcher(volume, threads),
    setMountpoint: (mountpoint) => functions.setMountpoint(volume, mountpoint),
    mountpoint: () => functions.mountpoint(volume) ?? '',
    sendResponse: (response) => functions.sendResponse(volume, response),
    write: (address, bytes) => koffi.encode(address, 'uint8_t', bytes, bytes.length),
    removeMountpoint: async () => void (await functions.removeMountpoint(volume)),
    stopDispatcher: async () => void (await functions.stopDispatcher(volume)),
    delete: async () => {
      await functions.delete(volume);
      callbacks.unregister();
      table.fill(0);
    },
  };
}

interface Callbacks {
  readonly operation: bigint;
  readonly stopped: bigint;
  unregister(): void;
}

/** What throws in one of them would be lost, and with it every call after it. */
function registerCallbacks({ koffi, copyMemory }: Windows, events: VolumeEvents): Callbacks {
  const request = new Uint8Array(MAX_REQUEST_BYTES);
  const header = new DataView(request.buffer);
  const take = (_fs: Pointer, address: bigint, _response: Pointer): number => {
    try {
      copyMemory(request, address, REQUEST_HEADER_BYTES);
      const size = Math.min(header.getUint16(2, true), MAX_REQUEST_BYTES);
      if (size > REQUEST_HEADER_BYTES) copyMemory(request, address, size);
      return events.take(request) | 0;
    } catch {
      return NtStatus.InternalError | 0;
    }
  };
  const end = (_fs: Pointer, normally: number): void => {
    try {
      events.stopped(normally !== 0);
    } catch {
      // Nobody is left to be told.
    }
  };
  const operation = koffi.register(
    take,
    koffi.pointer(koffi.proto('int32_t (void *fs, uint64_t request, void *response)')),
  );
  const stopped = koffi.register(end, koffi.pointer(koffi.proto('void (void *fs, uint8_t normally)')));
  return {
    operation,
    stopped,
    unregister: () => {
      koffi.unregister(operation);
      koffi.unregister(stopped);
    },
  };
}
