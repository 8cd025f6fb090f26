/** What Windows calls this computer and its user: as restic's runtime asks for both, so that locks name them alike. */

import { WindowsError } from './errors.ts';
import { loadWindows } from './windows.ts';

const NAME_SAM_COMPATIBLE = 2;
const COMPUTER_NAME_PHYSICAL_DNS_HOSTNAME = 5;
const MOST_CHARACTERS = 1024;

/** `DOMAIN\user`, or `COMPUTER\user`. Rejects with WindowsError. */
export async function windowsUser(): Promise<string> {
  const { koffi } = await loadWindows();
  const read = koffi.load('secur32.dll').func('uint8_t GetUserNameExW(int format, void *into, void *size)');
  return readName('GetUserNameExW', (into, size) => read(NAME_SAM_COMPATIBLE, into, size));
}

/** As it was given, without a domain. Rejects with WindowsError. */
export async function windowsHost(): Promise<string> {
  const { kernel32 } = await loadWindows();
  const read = kernel32.func('int GetComputerNameExW(int format, void *into, void *size)');
  return readName('GetComputerNameExW', (into, size) =>
    read(COMPUTER_NAME_PHYSICAL_DNS_HOSTNAME, into, size),
  );
}

/** `size` counts characters, without the NUL once `read` has succeeded. */
function readName(what: string, read: (into: Uint8Array, size: Uint32Array) => number): string {
  const text = Buffer.alloc(MOST_CHARACTERS * 2);
  const size = Uint32Array.of(MOST_CHARACTERS);
  if (read(text, size) === 0) throw new WindowsError(`${what} failed`);
  return text.toString('utf16le', 0, size[0]! * 2);
}
