/** Bytes that look random and are the same for the same seed: keys, nonces and contents of written repositories. */

import { createHash } from 'node:crypto';

export function seededBytes(seed: string): (length: number) => Buffer {
  let block = 0;
  return (length) => {
    const blocks: Buffer[] = [];
    for (let bytes = 0; bytes < length; bytes += 32) {
      blocks.push(createHash('sha256').update(`${seed}:${block++}`).digest());
    }
    return Buffer.concat(blocks).subarray(0, length);
  };
}
