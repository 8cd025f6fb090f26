import { describe, expect, test } from 'vitest';
import { hashName } from './name-hash.ts';

const utf8 = new TextEncoder();

function hash64(bytes: Uint8Array, start = 0, end = bytes.length): bigint {
  const halves = new Uint32Array(2);
  hashName(bytes, start, end, halves);
  return (BigInt(halves[1]!) << 32n) | BigInt(halves[0]!);
}

describe('hashName', () => {
  test('has no collision among a million names that differ by little', () => {
    const halves = new Uint32Array(2);
    const hashes = new BigUint64Array(1_000_000);
    for (let i = 0; i < hashes.length; i++) {
      const name = utf8.encode(nameNumber(i));
      hashName(name, 0, name.length, halves);
      hashes[i] = (BigInt(halves[1]!) << 32n) | BigInt(halves[0]!);
    }
    hashes.sort();
    let collisions = 0;
    for (let i = 1; i < hashes.length; i++) if (hashes[i] === hashes[i - 1]) collisions++;
    expect(collisions).toBe(0);
  });

  test('spreads either half evenly, high bits and low bits', () => {
    const shifts = [0n, 24n, 32n, 56n];
    const counts = shifts.map(() => new Uint32Array(256));
    for (let i = 0; i < 65_536; i++) {
      const hash = hash64(utf8.encode(nameNumber(i)));
      shifts.forEach((shift, at) => {
        counts[at]![Number((hash >> shift) & 0xffn)]!++;
      });
    }
    // Chi-squared with 255 degrees of freedom: 255 expected, 370 is beyond one in a million.
    for (const count of counts) {
      expect(count.reduce((sum, n) => sum + (n - 256) ** 2 / 256, 0)).toBeLessThan(370);
    }
  });

  test('changes about half of its bits when one input bit changes', () => {
    const name = utf8.encode('some-name.txt');
    const before = hash64(name);
    for (let bit = 0; bit < name.length * 8; bit++) {
      const changed = Uint8Array.from(name);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      const flipped = (before ^ hash64(changed)).toString(2).replaceAll('0', '').length;
      expect(flipped).toBeGreaterThan(12);
      expect(flipped).toBeLessThan(52);
    }
  });

  test('sees the length: zero bytes at the end count', () => {
    const zeroes = new Uint8Array(20);
    const hashes = new Set(Array.from({ length: 20 }, (_, length) => hash64(zeroes, 0, length)));
    expect(hashes.size).toBe(20);
  });

  test('reads its range only', () => {
    expect(hash64(utf8.encode('xxnamexx'), 2, 6)).toBe(hash64(utf8.encode('name')));
  });

  test('never changes, for inode numbers outlive a remount', () => {
    expect(hash64(utf8.encode(''))).toBe(0x86cb55435d249671n);
    expect(hash64(utf8.encode('file.txt'))).toBe(0xfa806051999d5f3cn);
  });
});

function nameNumber(i: number): string {
  const shapes = [
    `file-${i}`,
    `${i}.jpg`,
    `IMG_${String(i).padStart(8, '0')}.JPG`,
    `photo (${i}) – copy.tar.gz`,
  ];
  return shapes[i & 3]!;
}
