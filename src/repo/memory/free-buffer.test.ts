import { expect, test } from 'vitest';
import { freeBuffer } from './free-buffer.ts';

test('freeBuffer empties what it frees, now and later, and leaves small buffers to the collector', async () => {
  for (let turn = 0; turn < 3; turn++) {
    const large = new Uint8Array(1_000_000);
    const small = new Uint8Array(1000);
    freeBuffer(large.buffer);
    freeBuffer(small.buffer);
    expect(large.byteLength).toBe(0);
    expect(small.byteLength).toBe(1000);
    await new Promise(setImmediate);
  }
});

test('freeBuffer keeps the memory of a long run bounded', async () => {
  // Other tests have run in this process.
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  for (let i = 0; i < 600; i++) {
    const buffer = new Uint8Array(1_000_000).fill(1).buffer;
    freeBuffer(buffer);
    if (i % 20 === 0) await new Promise(setImmediate);
    most = Math.max(most, process.memoryUsage().arrayBuffers - before);
  }
  expect(most).toBeLessThan(20_000_000);
});
