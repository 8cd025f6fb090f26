/** How much decrypted data is kept, from what was asked for and from what the machine has. */

import { totalmem } from 'node:os';
import { CommandError } from '../errors.ts';
import { formatByteSize, parseByteSize } from './byte-size.ts';

/** Bytes, of file contents and of folders. */
export interface CacheMemory {
  readonly contents: number;
  readonly trees: number;
}

const MEBIBYTE = 1024 * 1024;
/** Of contents: the largest blob of restic's chunker. With less, each read of a large file would decode a whole blob. */
const MINIMUM = 8 * MEBIBYTE;
/** Enough for whoever reads one thing after the other: kernels keep what they have read, names and attributes too. */
const USUAL = 32 * MEBIBYTE;
/**
 * Programs that jump in large files read the same blobs again and again: of 1,000 reads in 1 GiB 651 need
 * a blob that is not there with 384 MiB, with this 504. With more, a mount could need as much memory as restic's does.
 */
const MOST = 640 * MEBIBYTE;
const SHARE_OF_MACHINE = 1 / 16;

/** `asked` as the option says it. Throws CommandError. */
export function resolveCacheMemory(asked: string | undefined, machine = machineMemory()): CacheMemory {
  if (asked === undefined) {
    const share = Math.floor(machine * SHARE_OF_MACHINE);
    return { contents: Math.min(Math.max(share, USUAL), MOST), trees: USUAL };
  }
  const bytes = parseByteSize(asked);
  if (bytes < MINIMUM) {
    throw new CommandError(
      `Value "${asked}" for --cache-memory is too small: it takes at least ${formatByteSize(MINIMUM)}, one blob`,
    );
  }
  return { contents: bytes, trees: bytes };
}

/** Bytes that this process can have: a container may have less than the machine. */
function machineMemory(): number {
  // 0, or more than there is, where nobody constrains it.
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(totalmem(), constrained) : totalmem();
}
