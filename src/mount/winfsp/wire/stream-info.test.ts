import { expect, test } from 'vitest';
import { encodeStreams } from './stream-info.ts';

const streams = [
  { name: '', size: 7, allocationSize: 4096 },
  { name: 'Zone.Identifier', size: 2 ** 40, allocationSize: 2 ** 40 },
];

test('streams have name and sizes, each at a multiple of 8', () => {
  const bytes = Buffer.from(encodeStreams(streams, 1000));
  expect(bytes).toHaveLength(24 + 24 + 30);
  expect(bytes.readUInt16LE(0)).toBe(24);
  expect([bytes.readBigUInt64LE(8), bytes.readBigUInt64LE(16)]).toEqual([7n, 4096n]);
  expect(bytes.readUInt16LE(24)).toBe(54);
  expect(bytes.readBigUInt64LE(32)).toBe(2n ** 40n);
  expect(bytes.toString('utf16le', 48)).toBe('Zone.Identifier');
});

test('streams that do not fit are left out whole', () => {
  expect(encodeStreams(streams, 24 + 53)).toHaveLength(24);
  expect(encodeStreams(streams, 23)).toHaveLength(0);
});
