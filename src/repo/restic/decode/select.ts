/** Makes the decoder of a repository: on threads, unless told otherwise. */

import { availableParallelism } from 'node:os';
import { loadPopulate } from '../../memory/populate.ts';
import type { MasterKey } from '../crypto/master-key.ts';
import type { Decoder } from './decoder.ts';
import { InlineDecoder } from './inline-decoder.ts';
import { PoolDecoder } from './pool-decoder.ts';
import { chooseTools } from './tools.ts';

/** More than this many cores do not help one mount: the calling thread cannot feed them. */
const MOST_THREADS = 8;

/**
 * What is under way, sealed and plain. Memory is taken as it is needed; only systems that promise no more than they have
 * (Windows among them) set as much apart when the first large blob is read.
 */
const UNDER_WAY_BYTES = 96 * 2 ** 20;

/**
 * `keptBytes` are those of decoded blobs that are kept. `threads` is how many there may be at most, 0 for none: by
 * default one a core. They start as work comes.
 */
export async function createDecoder(
  key: MasterKey,
  keptBytes: number,
  threads = defaultThreads(),
): Promise<Decoder> {
  const tools = await chooseTools(key);
  if (threads === 0) return new InlineDecoder(tools);
  const sharedBytes = keptBytes + UNDER_WAY_BYTES;
  return new PoolDecoder({ key, tools, threads, sharedBytes, populate: await loadPopulate() });
}

function defaultThreads(): number {
  return Math.min(availableParallelism(), MOST_THREADS);
}
