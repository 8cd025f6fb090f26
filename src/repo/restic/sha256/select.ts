/** Chooses how this process hashes blobs: two at once where that works and is faster. Asked once, at the start. */

import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { lanesOf } from './lanes.ts';
import { bindMultiBlock } from './multi-block.ts';
import { type Sha256Factory, type Sha256Name, singleSha256 } from './sha256.ts';

let chosen: Promise<Sha256Factory> | undefined;

/** Decided at the first call; SNAPMOUNT_CRYPTO=portable rules out native code here too. */
export function chooseSha256(): Promise<Sha256Factory> {
  chosen ??= selectSha256(process.env.SNAPMOUNT_CRYPTO !== 'portable');
  return chosen;
}

/** `native` says whether libraries may be called through koffi. */
export async function selectSha256(native: boolean): Promise<Sha256Factory> {
  if (!native || !(await hasLanes())) return singleSha256;
  try {
    const lanes = await loadLanes();
    assertAgrees(lanes);
    return lanes;
  } catch {
    // No koffi, or a Node that does not export it: one after the other is the same, slower.
    return singleSha256;
  }
}

/** The implementation that was selected before, for another thread of the same process. */
export async function loadSha256(name: Sha256Name): Promise<Sha256Factory> {
  return name === 'lanes' ? await loadLanes() : singleSha256;
}

/**
 * Whether they are faster here, and their layout is known. Where the processor has no SHA instructions OpenSSL works on
 * four messages at a time, in the time of four: two lanes of these are slower than one message after the other.
 */
export async function hasLanes(): Promise<boolean> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return false;
  if (!process.versions.openssl?.startsWith('3.')) return false;
  const processor = await readFile('/proc/cpuinfo', 'utf8').catch(() => '');
  return /^flags\s*:.*\bsha_ni\b/m.test(processor);
}

async function loadLanes(): Promise<Sha256Factory> {
  const koffi = await import('koffi');
  return lanesOf(bindMultiBlock(koffi.load(null), (bytes) => koffi.address(bytes)));
}

/** Symbols of the right name may belong to another library: only the right answers count. */
export function assertAgrees(factory: Sha256Factory): void {
  const sha256 = factory.create();
  // Each program begins with this, so the bytes are not made one by one. 31 have no common divisor with a block's 64.
  const bytes = Buffer.alloc(300_000, 'Thirty-one characters of a text');
  const messages = [0, 1, 64, 700, 290_000, 128].map((length, n) => bytes.subarray(n, n + length));
  const digests: string[] = [];
  for (const [n, message] of messages.entries()) {
    sha256.add(message, (digest) => {
      digests[n] = digest;
    });
  }
  while (sha256.goOn());
  for (const [n, message] of messages.entries()) {
    if (digests[n] !== hash('sha256', message, 'hex')) throw new Error('SHA-256 gives a wrong answer');
  }
}
