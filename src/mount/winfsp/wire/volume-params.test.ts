import { expect, test } from 'vitest';
import { encodeVolumeParams } from './volume-params.ts';

const settings = {
  creationTime: 0x0102_0304_0506_0708n,
  serialNumber: 0xfedc_ba98,
  fileSystemName: 'snapmount',
  longestCaching: undefined,
};

/** [offset, bytes, value, what]: all that is not zero. */
test.each([
  [0, 2, 504, 'the version, which is its size'],
  [2, 2, 4096, 'the sector'],
  [4, 2, 1, 'sectors of an allocation unit'],
  [6, 2, 255, 'the longest name'],
  [8, 4, 0x0506_0708, 'the time of creation, low'],
  [12, 4, 0x0102_0304, 'the time of creation, high'],
  [16, 4, 0xfedc_ba98, 'the serial number'],
  [32, 4, 0xffff_ffff, 'caching of what is known of files, and of their contents'],
  [36, 4, 0x1_225e, 'flags: names without regard to case, read-only, reparse points, streams, exact names'],
  [424, 2, 's'.charCodeAt(0), 'the file system, first character'],
  [440, 2, 't'.charCodeAt(0), 'the file system, last character'],
  [442, 2, 0, 'its end'],
  [456, 4, 0x1f, 'which times are given'],
  [460, 4, 10_000, 'caching of the volume'],
  [464, 4, 1000, 'caching of listings'],
  [468, 4, 0xffff_ffff, 'caching of security'],
  [472, 4, 0xffff_ffff, 'caching of streams'],
  [476, 4, 0xffff_ffff, 'caching of extended attributes'],
])('volume parameters have at %d in %d bytes %d: %s', (offset, size, value) => {
  const bytes = Buffer.from(encodeVolumeParams(settings));
  expect(bytes).toHaveLength(504);
  expect(bytes.readUIntLE(offset, size)).toBe(value);
});

test('volume parameters cache nothing for longer than is asked for, and no contents', () => {
  const bytes = Buffer.from(encodeVolumeParams({ ...settings, longestCaching: 300 }));
  expect([32, 460, 464, 468, 472, 476].map((offset) => bytes.readUInt32LE(offset))).toEqual(
    Array.from({ length: 6 }, () => 300),
  );
});

test('volume parameters cut a name that is too long, and keep its end', () => {
  const bytes = Buffer.from(encodeVolumeParams({ ...settings, fileSystemName: 'x'.repeat(40) }));
  expect(bytes.toString('utf16le', 424, 456)).toBe(`${'x'.repeat(15)}\0`);
  expect(bytes.readUInt32LE(456)).toBe(0x1f);
});
