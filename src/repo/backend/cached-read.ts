/**
 * Reads from the system's page cache without a thread, and says so when it cannot: Linux can be asked for what
 * is in memory only (preadv2 with RWF_NOWAIT, since 4.14). A hop to a thread and back costs more than a small read.
 */

import { loadLinuxCall } from '../../linux-call.ts';

/**
 * Fills `into` from `offset` of the file. False if not all of it was in memory: the caller then reads in the usual
 * way, which also tells what is wrong if anything is.
 */
export type CachedRead = (descriptor: number, into: Uint8Array, offset: number) => boolean;

const RWF_NOWAIT = 8;
/** sizeof(struct iovec) where addresses have 64 bits. */
const IOVEC_BYTES = 16;

/** Undefined where the system has no such read, or koffi is not installed. */
export function loadCachedRead(): Promise<CachedRead | undefined> {
  return loadLinuxCall((libc, addressOf) => {
    // koffi has no ssize_t.
    const preadv2 = libc.func('int64_t preadv2(int fd, void *vector, int count, int64_t offset, int flags)');
    const vector = new BigUint64Array(IOVEC_BYTES / 8);
    const bytes = new Uint8Array(vector.buffer);
    return (descriptor, into, offset) => {
      vector[0] = addressOf(into);
      vector[1] = BigInt(into.length);
      const length: number = preadv2(descriptor, bytes, 1, offset, RWF_NOWAIT);
      return length === into.length;
    };
  });
}
