/**
 * Inode numbers from names: the same at every mount, without a table of them. Knows nothing of what they number.
 * Plain 32-bit arithmetic: a listing asks for one an entry.
 */

import { hashName } from '../../repo/name-hash.ts';

export const ROOT_INODE = 1n;

/** One 64-bit number seen as two halves, for crossing between the two without BigInt arithmetic. */
const whole = new BigUint64Array(1);
const halves = new Uint32Array(whole.buffer);
/** Which half is where is the machine's business. */
const LOW = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 0 : 1;
const HIGH = 1 - LOW;

/** The inode numbers of what belongs to one parent. */
export class InodeNumbers {
  readonly #low: number;
  readonly #high: number;

  constructor(parent: bigint) {
    whole[0] = parent;
    mixHalves();
    this.#low = halves[LOW]!;
    this.#high = halves[HIGH]!;
  }

  /**
   * The number for a 64-bit value below this parent: never 0 or 1. For one parent different values give different
   * numbers, and for one value different parents do (but for the two remapped ones of 2^64).
   */
  of(low: number, high: number): bigint {
    halves[LOW] = low ^ this.#low;
    halves[HIGH] = high ^ this.#high;
    mixHalves();
    // 0 means "no inode" and 1 is the root of a mount.
    if (halves[HIGH] === 0 && halves[LOW]! < 2) halves[LOW] = halves[LOW]! + 2;
    return whole[0]!;
  }

  ofValue(value: bigint): bigint {
    whole[0] = value;
    return this.of(halves[LOW]!, halves[HIGH]!);
  }

  ofName(name: Uint8Array): bigint {
    hashName(name, 0, name.length, nameHash);
    return this.of(nameHash[0]!, nameHash[1]!);
  }
}

const nameHash = new Uint32Array(2);

/** Spreads every bit over all 64, step by step one-to-one, so that different numbers stay different. */
function mixHalves(): void {
  let low = halves[LOW]!;
  let high = halves[HIGH]!;
  for (let round = 0; round < 3; round++) {
    low = Math.imul(low ^ (low >>> 16), 0x85ebca6b);
    high = Math.imul(high ^ (high >>> 15), 0xc2b2ae35);
    low = (low + rotate(high, 13) + 0x9e3779b9) | 0;
    high ^= rotate(low, 7);
  }
  halves[LOW] = low ^ (low >>> 16);
  halves[HIGH] = high ^ (high >>> 15);
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
