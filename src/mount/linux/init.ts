/**
 * The protocol negotiation: what the kernel says in INIT -> what we answer. Pure.
 *
 * A kernel keeps to the minor version that it is answered, so one set of layouts serves every kernel from 7.23
 * (Linux 3.15) on, the first whose INIT answer has its present size.
 */

import { InitFlag } from './constants.ts';
import type { InitAnswer } from './wire/reply.ts';

const MAJOR = 7;
/** 7.31 (Linux 5.4): the newest features used are MAX_PAGES (7.28) and CACHE_SYMLINKS (7.28). */
const MINOR = 31;
const OLDEST_MINOR = 23;

/**
 * Without READDIRPLUS_AUTO, which gives attributes with the first piece of a listing only: programs that list a whole
 * folder before they look at its entries then ask for each alone (find with sizes over 300,000 files: 32 s
 * instead of 1.6 s), and plain listings are no slower with them.
 */
const WANTED_FLAGS =
  InitFlag.AsyncRead |
  InitFlag.DoReadDirPlus |
  InitFlag.ParallelDirOps |
  InitFlag.MaxPages |
  InitFlag.CacheSymlinks;

/** The most that one READ asks for; `max_read` of the mount says the same. */
export const MAX_READ = 1024 * 1024;

/** The smallest that the kernel takes. Nothing is ever written, and request buffers must hold this much. */
const MAX_WRITE = 4096;

export interface KernelVersion {
  readonly major: number;
  readonly minor: number;
  readonly flags: number;
}

export type Negotiation =
  | { readonly kind: 'agreed' | 'again'; readonly answer: InitAnswer }
  | { readonly kind: 'refused'; readonly reason: string };

export function negotiate(kernel: KernelVersion): Negotiation {
  // A newer major answers ours with a second INIT in our version.
  if (kernel.major > MAJOR) return { kind: 'again', answer: answerTo(0, MINOR) };
  if (kernel.major < MAJOR || kernel.minor < OLDEST_MINOR) {
    const version = `${kernel.major}.${kernel.minor}`;
    return {
      kind: 'refused',
      reason: `The kernel speaks FUSE protocol ${version}, and ${MAJOR}.${OLDEST_MINOR} (Linux 3.15) is needed`,
    };
  }
  return { kind: 'agreed', answer: answerTo(kernel.flags, Math.min(kernel.minor, MINOR)) };
}

function answerTo(offered: number, minor: number): InitAnswer {
  return {
    major: MAJOR,
    minor,
    maxReadahead: MAX_READ,
    flags: offered & WANTED_FLAGS,
    maxBackground: 64,
    congestion: 48,
    maxWrite: MAX_WRITE,
    timeGranularity: 1,
    maxPages: MAX_READ / 4096,
  };
}
