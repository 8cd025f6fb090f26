import { describe, expect, test } from 'vitest';
import {
  formatReparseTag,
  isReparseTag,
  reparseTagBits,
  reparseTagName,
  reparseTagPurpose,
} from './reparse-tags.ts';

describe('reparseTagName', () => {
  test.each([
    [0xa0000003, 'IO_REPARSE_TAG_MOUNT_POINT'],
    [0xa000000c, 'IO_REPARSE_TAG_SYMLINK'],
    [0xa000001d, 'IO_REPARSE_TAG_LX_SYMLINK'],
    [0x80000023, 'IO_REPARSE_TAG_AF_UNIX'],
    [0x80000013, 'IO_REPARSE_TAG_DEDUP'],
    [0x80000017, 'IO_REPARSE_TAG_WOF'],
    [0x8000001b, 'IO_REPARSE_TAG_APPEXECLINK'],
    [0x9000001a, 'IO_REPARSE_TAG_CLOUD'],
    [0x9000101a, 'IO_REPARSE_TAG_CLOUD_1'],
    [0x9000901a, 'IO_REPARSE_TAG_CLOUD_9'],
    [0x9000a01a, 'IO_REPARSE_TAG_CLOUD_A'],
    [0x9000f01a, 'IO_REPARSE_TAG_CLOUD_F'],
  ])('of %d is %s', (tag, name) => {
    expect(reparseTagName(tag)).toBe(name);
    expect(reparseTagPurpose(tag)).toMatch(/\w/);
  });

  test.each([0, 0xa0000004, 0x00000042, 0xa001000c])('has none for %d', (tag) => {
    expect(reparseTagName(tag)).toBeUndefined();
    expect(reparseTagPurpose(tag)).toBeUndefined();
  });
});

test.each([
  [0xa000000c, { microsoft: true, nameSurrogate: true, directory: false }],
  [0x9000001a, { microsoft: true, nameSurrogate: false, directory: true }],
  [0x80000013, { microsoft: true, nameSurrogate: false, directory: false }],
  [0x20000042, { microsoft: false, nameSurrogate: true, directory: false }],
])('reparseTagBits of %d are %j', (tag, bits) => {
  expect(reparseTagBits(tag)).toEqual(bits);
});

describe('isReparseTag', () => {
  test.each([3, 0xa0000003, 0xc0000004, 0x9000f01a, 0x1000ffff])('accepts %d', (tag) => {
    expect(isReparseTag(tag)).toBe(true);
  });

  test.each([
    ['the reserved value', 0],
    ['the reserved value', 2],
    ['a bit that means nothing', 0xa0010003],
    ['a link whose folders have children', 0xb0000003],
    ['the bit for high latency without Microsoft', 0x40000042],
    ['more than 32 bits', 2 ** 32 + 0xa0000003],
    ['a number below 0', -1],
    ['a fraction', 3.5],
  ])('refuses %s, %d', (_why, tag) => {
    expect(isReparseTag(tag)).toBe(false);
  });
});

test('formatReparseTag writes 8 digits', () => {
  expect(formatReparseTag(0x42)).toBe('0x00000042');
});
