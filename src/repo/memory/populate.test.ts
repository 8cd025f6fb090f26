import { release } from 'node:os';
import { describe, expect, test } from 'vitest';
import { loadPopulate } from './populate.ts';

const MIB = 2 ** 20;
const PAGE = 4096;
const populate = await loadPopulate();

const [major, minor] = release().split('.').map(Number);
const isOldKernel = major! < 5 || (major === 5 && minor! < 14);

// Linux with koffi, on a processor of 64 bits: elsewhere there is nothing to test.
describe.skipIf(populate === undefined || isOldKernel)('Populate', () => {
  test('maps memory that nobody has touched, so that touching it takes no page fault', async () => {
    const memory = new Uint8Array(new SharedArrayBuffer(256 * MIB));
    expect(await populate!(memory.subarray(0, 64 * MIB))).toBe(true);
    const before = process.resourceUsage().minorPageFault;
    for (let at = 0; at < 64 * MIB; at += PAGE) memory[at] = 1;
    // Of 16,384 pages; some are others' in this process.
    expect(process.resourceUsage().minorPageFault - before).toBeLessThan(2000);
  });

  test('changes nothing in what is used already, wherever it begins and ends', async () => {
    const memory = new Uint8Array(new SharedArrayBuffer(MIB));
    memory.fill(7);
    expect(await populate!(memory.subarray(5001, MIB))).toBe(true);
    expect(memory.every((byte) => byte === 7)).toBe(true);
  });

  test('says so where there is nothing to map', async () => {
    expect(await populate!(new Uint8Array(0))).toBe(false);
  });
});
