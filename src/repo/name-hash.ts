/**
 * A 64-bit hash of a name's bytes in plain 32-bit arithmetic, for inode numbers.
 * Not a defence against chosen collisions, and fixed for ever: inode numbers must outlive a remount.
 */

/**
 * Writes the low half to `into[0]` and the high half to `into[1]`.
 *
 * Two lanes of MurmurHash3's 32-bit round, each fed every other word and the other lane's state, so that a name of
 * up to eight bytes cannot collide with another of its length.
 */
export function hashName(bytes: Uint8Array, start: number, end: number, into: Uint32Array): void {
  let low = 0x9747b28c;
  let high = 0x3c6ef372;
  for (let at = start; at < end; at += 8) {
    low = (Math.imul(rotate(low ^ scramble(wordAt(bytes, at, end)), 13) + high, 5) + 0x561ccd1b) | 0;
    high = (Math.imul(rotate(high ^ scramble(wordAt(bytes, at + 4, end)), 15) + low, 5) + 0x0bcaa747) | 0;
  }
  low ^= end - start;
  high ^= end - start;
  low = (low + high) | 0;
  high = (high + low) | 0;
  low = avalanche(low);
  high = avalanche(high);
  low = (low + high) | 0;
  high = (high + low) | 0;
  into[0] = low;
  into[1] = high;
}

/** Up to four bytes as a little-endian word, zeroes past the end: the length is hashed as well. */
function wordAt(bytes: Uint8Array, at: number, end: number): number {
  if (at + 4 <= end) {
    return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
  }
  let word = 0;
  for (let i = at; i < end; i++) word |= bytes[i]! << ((i - at) * 8);
  return word;
}

function scramble(word: number): number {
  return Math.imul(rotate(Math.imul(word, 0xcc9e2d51), 15), 0x1b873593);
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** MurmurHash3's finaliser: every input bit reaches every output bit. */
function avalanche(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
