/**
 * Has the system map memory before it is used: a thread that touches fresh memory waits at each page until it is mapped
 * and cleared, which some virtual machines do slowly. madvise(2) with MADV_POPULATE_WRITE, Linux 5.14 and later.
 */

import { promisify } from 'node:util';
import { loadLinuxCall } from '../../linux-call.ts';

/**
 * Maps `bytes`, and changes nothing in them, so that others may use them meanwhile; the caller keeps them until it has
 * settled. Resolves to false where the system does not do this; never rejects. Takes a thread of libuv's pool for a
 * microsecond a page, ten where memory is slow.
 */
export type Populate = (bytes: Uint8Array) => Promise<boolean>;

const MADV_POPULATE_WRITE = 23;
const PAGE = 4096n;

/** Undefined where there is no such call, or koffi is not installed. */
export function loadPopulate(): Promise<Populate | undefined> {
  return loadLinuxCall((libc, addressOf) => {
    const signature = 'int madvise(void *address, size_t bytes, int advice)';
    const madvise = promisify<bigint, number, number, number>(libc.func(signature).async);
    return async (bytes) => {
      if (bytes.length === 0) return false;
      const start = addressOf(bytes);
      // It begins where a page does. The rest of that page is mapped as well, as it belongs to the same memory.
      const from = start - (start % PAGE);
      try {
        return (await madvise(from, Number(start - from) + bytes.length, MADV_POPULATE_WRITE)) === 0;
      } catch {
        return false;
      }
    };
  });
}
