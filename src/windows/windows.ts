/** The functions of Windows that Node does not offer, through koffi. Importing this file loads nothing. */

import { WindowsError } from './errors.ts';

export type Koffi = typeof import('koffi').default;
type Library = ReturnType<Koffi['load']>;

export interface Windows {
  readonly koffi: Koffi;
  /** Of the part of the system. */
  readonly advapi32: Library;
  readonly kernel32: Library;
  /** A text in HKEY_LOCAL_MACHINE; undefined if it is not there. Installers of 32 bits write into a view of theirs. */
  readRegistry(key: string, value: string, view: keyof typeof REGISTRY_VIEWS): string | undefined;
  copyMemory(into: Uint8Array, address: bigint, length: number): void;
}

const HKEY_LOCAL_MACHINE = 0xffff_ffff_8000_0002n;
const RRF_RT_REG_SZ = 0x2;
const REGISTRY_VIEWS = { '32 bits': 0x2_0000, '64 bits': 0x1_0000 } as const;
const MOST_TEXT_BYTES = 4096;

let loaded: Promise<Windows> | undefined;

/** The same for all who ask. Rejects with WindowsError where koffi is missing. */
export function loadWindows(): Promise<Windows> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<Windows> {
  const koffi = await importKoffi();
  const advapi32 = koffi.load('advapi32.dll');
  const kernel32 = koffi.load('kernel32.dll');
  const getValue = advapi32.func(
    'int32_t RegGetValueW(uint64_t key, str16 subkey, str16 value, uint32_t flags, void *type, void *data, void *size)',
  );
  const move = kernel32.func('void RtlMoveMemory(void *into, uint64_t from, size_t length)');
  return {
    koffi,
    advapi32,
    kernel32,
    readRegistry: (key, value, view) => {
      const text = Buffer.alloc(MOST_TEXT_BYTES);
      const size = Buffer.alloc(4);
      size.writeUInt32LE(text.length);
      const flags = RRF_RT_REG_SZ | REGISTRY_VIEWS[view];
      if (getValue(HKEY_LOCAL_MACHINE, key, value, flags, null, text, size) !== 0) return undefined;
      // The size counts the NUL at the end.
      return text.toString('utf16le', 0, size.readUInt32LE() - 2);
    },
    copyMemory: move,
  };
}

async function importKoffi(): Promise<Koffi> {
  try {
    return (await import('koffi')).default;
  } catch (cause) {
    throw new WindowsError('Cannot load the optional package "koffi": npm install koffi', { cause });
  }
}
