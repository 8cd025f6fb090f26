/** Calls of Linux for which Node has no function, and without which all works, slower. */

import type { LibraryHandle } from 'koffi';

/** What a call is made of: the C library, and where bytes lie. */
export type BindCall<Call> = (libc: LibraryHandle, addressOf: (bytes: Uint8Array) => bigint) => Call;

/** What `bind` makes. Undefined on other systems, where addresses do not have 64 bits, and without koffi or the function. */
export async function loadLinuxCall<Call>(bind: BindCall<Call>): Promise<Call | undefined> {
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch)) return undefined;
  try {
    const { default: koffi } = await import('koffi');
    return bind(koffi.load(null), (bytes) => koffi.address(bytes));
  } catch {
    return undefined;
  }
}
