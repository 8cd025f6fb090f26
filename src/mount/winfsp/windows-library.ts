/** The functions of Windows that Node does not offer, through koffi. */

import { MountError } from '../errors.ts';

export type Koffi = typeof import('koffi').default;
type Library = ReturnType<Koffi['load']>;

export interface Windows {
  readonly koffi: Koffi;
  /** Of the part of the system. */
  readonly advapi32: Library;
  readonly kernel32: Library;
  /** A text in the 32-bit view of HKEY_LOCAL_MACHINE, where installers of 32 bits write; undefined if it is not there. */
  readRegistry(key: string, value: string): string | undefined;
  copyMemory(into: Uint8Array, address: bigint, length: number): void;
}

const HKEY_LOCAL_MACHINE = 0xffff_ffff_8000_0002n;
const RRF_RT_REG_SZ = 0x2;
const RRF_SUBKEY_WOW6432KEY = 0x2_0000;
const MOST_TEXT_BYTES = 4096;

/** Throws MountError `unavailable`. */
export async function loadWindows(): Promise<Windows> {
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
    readRegistry: (key, value) => {
      const text = Buffer.alloc(MOST_TEXT_BYTES);
      const size = Buffer.alloc(4);
      size.writeUInt32LE(text.length);
      const flags = RRF_RT_REG_SZ | RRF_SUBKEY_WOW6432KEY;
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
    throw new MountError(
      'unavailable',
      'Cannot load the optional package "koffi", which mounting on Windows needs: npm install koffi',
      { cause },
    );
  }
}
