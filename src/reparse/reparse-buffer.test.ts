import { describe, expect, test } from 'vitest';
import { decodeReparseBuffer, encodeReparseBuffer, MAX_REPARSE_BUFFER_BYTES } from './reparse-buffer.ts';
import { ReparseError } from './reparse-error.ts';
import type { ReparsePoint, WslSymlink } from './reparse-point.ts';
import { CAPTURED_BUFFERS } from './testing/captured-buffers.ts';
import { fuzzDecoder } from './testing/fuzz-decoder.ts';
import { belowOf, randomPoint } from './testing/random-points.ts';

interface Row {
  readonly what: string;
  /** Fields as [MS-FSCC] draws them, one after the other. */
  readonly hex: string;
  readonly point: ReparsePoint;
}

const GUID = '01234567-89ab-cdef-0123-456789abcdef';
const VOLUME = '\\??\\Volume{780c6209-d8cd-4e63-838c-f5f047f03c16}\\';

/** Laid out as [MS-FSCC] 2.1.2 draws them and as Windows fills them. */
const ROWS: readonly Row[] = [
  {
    what: 'a junction',
    hex: `030000a0 2400 0000 0000 1000 1200 0800 ${utf16('\\??\\C:\\a')} 0000 ${utf16('C:\\a')} 0000`,
    point: { kind: 'mount-point', substituteName: '\\??\\C:\\a', printName: 'C:\\a' },
  },
  {
    what: 'a junction without a print name',
    hex: `030000a0 1c00 0000 0000 1000 1200 0000 ${utf16('\\??\\C:\\a')} 0000 0000`,
    point: { kind: 'mount-point', substituteName: '\\??\\C:\\a', printName: '' },
  },
  {
    what: 'a volume mount point',
    hex: `030000a0 6e00 0000 0000 6200 6400 0000 ${utf16(VOLUME)} 0000 0000`,
    point: { kind: 'mount-point', substituteName: VOLUME, printName: '' },
  },
  {
    what: 'an absolute symbolic link',
    hex: `0c0000a0 2400 0000 0800 1000 0000 0800 00000000 ${utf16('C:\\a')} ${utf16('\\??\\C:\\a')}`,
    point: symlink('\\??\\C:\\a', 'C:\\a', false),
  },
  {
    what: 'a relative symbolic link',
    hex: `0c0000a0 1c00 0000 0800 0800 0000 0800 01000000 ${utf16('..\\a')} ${utf16('..\\a')}`,
    point: symlink('..\\a', '..\\a', true),
  },
  {
    what: 'a symbolic link with flags that mean nothing',
    hex: `0c0000a0 0e00 0000 0000 0200 0000 0000 030000c0 ${utf16('a')}`,
    point: { ...symlink('a', '', true), reservedFlags: 0xc0000002 },
  },
  {
    what: 'halves of surrogate pairs',
    hex: '0c0000a0 1600 0000 0600 0400 0000 0600 01000000 00de 5c00 3dd8 3dd8 00d8',
    point: symlink('\ud83d\ud800', '\ude00\\\ud83d', true),
  },
  {
    what: 'a WSL link',
    hex: `1d0000a0 0c00 0000 02000000 ${Buffer.from('/tmp/é').toString('hex')} 0a`,
    point: { kind: 'wsl-symlink', target: Uint8Array.from(Buffer.from('/tmp/é\n')) },
  },
  {
    what: 'a WSL link whose target is in the file',
    hex: '1d0000a0 0400 0000 01000000',
    point: { kind: 'wsl-symlink', target: undefined },
  },
  {
    what: 'a deduplicated file',
    hex: '13000080 0300 0000 010203',
    point: { kind: 'opaque', tag: 0x80000013, guid: undefined, data: Uint8Array.of(1, 2, 3) },
  },
  {
    what: 'a tag of somebody else, with a GUID',
    hex: '42000000 0200 0000 67452301ab89efcd0123456789abcdef 0708',
    point: { kind: 'opaque', tag: 0x42, guid: GUID, data: Uint8Array.of(7, 8) },
  },
  {
    what: 'no data at all behind a GUID',
    hex: '42000000 0000 0000 67452301ab89efcd0123456789abcdef',
    point: { kind: 'opaque', tag: 0x42, guid: GUID, data: new Uint8Array() },
  },
];

/** Lengths and offsets that others choose, and Windows takes. */
const OTHER_LAYOUTS: readonly Row[] = [
  {
    what: 'a junction with the print name first and without NULs',
    hex: `030000a0 2000 0000 0800 1000 0000 0800 ${utf16('C:\\a')} ${utf16('\\??\\C:\\a')}`,
    point: { kind: 'mount-point', substituteName: '\\??\\C:\\a', printName: 'C:\\a' },
  },
  {
    what: 'one name for both',
    hex: '0c0000a0 0e00 0000 0000 0200 0000 0200 01000000 6100',
    point: symlink('a', 'a', true),
  },
  {
    what: 'a gap before the names, and a reserved field that is set',
    hex: '0c0000a0 1200 ffff 0200 0200 0400 0200 01000000 ffff 6100 6200',
    point: symlink('a', 'b', true),
  },
];

const MALFORMED: readonly [what: string, hex: string, message: string][] = [
  ['nothing', '', 'at byte 0: the header of 8 bytes is cut off'],
  ['half a header', '0c0000a0 0000 00', 'at byte 7: the header of 8 bytes is cut off'],
  ['tag 0', '00000000 0000 0000', 'at byte 0: no reparse tag is 0x00000000'],
  ['a reserved bit in the tag', '030001a0 0000 0000', 'at byte 0: no reparse tag is 0xa0010003'],
  ['fewer data than announced', '13000080 0400 0000 0102', 'make 12 bytes, but there are 10'],
  ['more data than announced', '13000080 0100 0000 0102', 'make 9 bytes, but there are 10'],
  ['no GUID where one must be', '42000000 0200 0000 0102', 'at byte 4: header, GUID and data make 26 bytes'],
  ['a GUID that counts as data', `42000000 1200 0000 ${'00'.repeat(18)}`, 'make 42 bytes, but there are 26'],
  [
    'a junction without names',
    '030000a0 0600 0000 000000000000',
    'at byte 14: the offsets of the names are cut off',
  ],
  [
    'a symbolic link without flags',
    '0c0000a0 0800 0000 0000000000000000',
    'at byte 16: the offsets of the names',
  ],
  [
    'half a character',
    '030000a0 0900 0000 0000 0000 0000 0000 61',
    'at byte 16: the names end within a character',
  ],
  [
    'an odd offset',
    '030000a0 0c00 0000 0100 0200 0000 0000 61006100',
    'at byte 8: the substitute name has the odd',
  ],
  [
    'an odd length',
    '030000a0 0a00 0000 0000 0100 0000 0000 6100',
    'at byte 10: the substitute name has the odd',
  ],
  [
    'an odd print offset',
    '030000a0 0a00 0000 0000 0200 0100 0000 6100',
    'at byte 12: the print name has the odd',
  ],
  [
    'an odd print length',
    '030000a0 0a00 0000 0000 0200 0000 0100 6100',
    'at byte 14: the print name has the odd',
  ],
  ['a name beyond the end', '030000a0 0a00 0000 0000 0400 0000 0000 6100', 'name would end at byte 20 of 18'],
  [
    'a name that begins beyond it',
    '030000a0 0a00 0000 feff 0200 0000 0000 6100',
    'name would end at byte 65552 of 18',
  ],
  [
    'an empty name beyond it',
    '030000a0 0a00 0000 0000 0200 0400 0000 6100',
    'print name would end at byte 20 of 18',
  ],
  ['the longest of both', '030000a0 0a00 0000 feff feff 0000 0000 6100', 'would end at byte 131084 of 18'],
  ['an empty substitute name', '030000a0 0a00 0000 0000 0000 0000 0200 6100', 'the substitute name is empty'],
  [
    'a WSL link without a version',
    '1d0000a0 0300 0000 020000',
    'at byte 11: the version of the link is cut off',
  ],
  ['a WSL link of version 3', '1d0000a0 0500 0000 03000000 61', 'at byte 8: a WSL link has version 3'],
  ['a WSL link with both targets', '1d0000a0 0500 0000 01000000 61', 'at byte 12: a WSL link has a target'],
  ['a WSL link without a target', '1d0000a0 0400 0000 02000000', 'at byte 12: the target is empty'],
  ['a socket with data', '23000080 0100 0000 00', 'at byte 8: a socket has no data'],
];

describe('decodeReparseBuffer', () => {
  test.each([...ROWS, ...OTHER_LAYOUTS, ...CAPTURED_BUFFERS])('reads $what', ({ hex, point }) => {
    expect(decodeReparseBuffer(bytes(hex))).toEqual(point);
  });

  test.each(MALFORMED)('refuses %s', (_what, hex, message) => {
    const decode = () => decodeReparseBuffer(bytes(hex));
    expect(decode).toThrow(ReparseError);
    expect(decode).toThrow(message);
  });

  test('says where the buffer is wrong', () => {
    const error = catchError(() => decodeReparseBuffer(bytes('1d0000a0 0500 0000 03000000 61')));
    expect(error).toMatchObject({ name: 'ReparseError', offset: 8 });
  });

  test.each(ROWS.filter(({ hex }) => bytes(hex).length > 8))(
    'refuses $what wherever it is cut off',
    ({ hex }) => {
      const whole = bytes(hex);
      for (let length = 0; length < whole.length; length += 1) {
        expect(() => decodeReparseBuffer(whole.subarray(0, length))).toThrow(ReparseError);
      }
    },
  );

  test('takes 16 KiB and not a byte more', () => {
    const buffer = Buffer.alloc(MAX_REPARSE_BUFFER_BYTES + 1, 7);
    buffer.writeUInt32LE(0x80000013, 0);
    buffer.writeUInt16LE(MAX_REPARSE_BUFFER_BYTES - 8, 4);
    const point = decodeReparseBuffer(buffer.subarray(0, -1));
    expect(point.kind === 'opaque' && point.data.length).toBe(MAX_REPARSE_BUFFER_BYTES - 8);
    buffer.writeUInt16LE(MAX_REPARSE_BUFFER_BYTES - 7, 4);
    expect(() => decodeReparseBuffer(buffer)).toThrow('at byte 16384: more than the 16384 bytes');
  });

  test.each([ROWS[7]!, ROWS[9]!])('keeps nothing of the buffer of $what', ({ hex, point }) => {
    const buffer = bytes(hex);
    const decoded = decodeReparseBuffer(buffer);
    buffer.fill(0xff);
    expect(decoded).toEqual(point);
    const kept = decoded.kind === 'opaque' ? decoded.data : (decoded as WslSymlink).target!;
    expect(kept.buffer.byteLength).toBe(kept.length);
  });
});

describe('encodeReparseBuffer', () => {
  const canonical = CAPTURED_BUFFERS.filter((captured) => captured.canonical);
  test.each([...ROWS, ...canonical])('writes $what as Windows does', ({ hex, point }) => {
    expect(hexOf(encodeReparseBuffer(point))).toBe(hexOf(bytes(hex)));
  });

  // Offset and length of the substitute name, then of the print name, as fsutil showed them for two real junctions.
  test.each([
    ['as `mklink /J` does', 61, [0, 130, 132, 122]],
    ['as a program without a print name does', 0, [0, 130, 132, 0]],
  ])('lays out a junction %s', (_what, printLength, expected) => {
    const point = { substituteName: 'a'.repeat(65), printName: 'a'.repeat(printLength) };
    const buffer = Buffer.from(encodeReparseBuffer({ kind: 'mount-point', ...point }));
    expect([8, 10, 12, 14].map((at) => buffer.readUInt16LE(at))).toEqual(expected);
  });

  test('writes of other layouts the same meaning', () => {
    for (const { hex, point } of [...OTHER_LAYOUTS, ...CAPTURED_BUFFERS]) {
      expect(decodeReparseBuffer(encodeReparseBuffer(decodeReparseBuffer(bytes(hex))))).toEqual(point);
    }
  });

  test('writes what decodeReparseBuffer reads as the same value, and as the same bytes again', () => {
    const below = belowOf(5);
    for (let round = 0; round < 5_000; round += 1) {
      const point = randomPoint(below);
      const buffer = encodeReparseBuffer(point);
      const decoded = decodeReparseBuffer(buffer);
      expect(decoded).toEqual(point);
      expect(Buffer.compare(encodeReparseBuffer(decoded), buffer)).toBe(0);
    }
  });

  test.each<[what: string, most: number, make: (length: number) => ReparsePoint]>([
    // Header, the fields before the names, and in a junction two NULs.
    ['a junction', (16384 - 8 - 8 - 4) / 2, (length) => ({ kind: 'mount-point', ...names(length) })],
    ['a symbolic link', (16384 - 8 - 12) / 2, (length) => symlink('a'.repeat(length), '', false)],
    ['a WSL link', 16384 - 8 - 4, (length) => ({ kind: 'wsl-symlink', target: new Uint8Array(length) })],
    ['opaque data', 16384 - 8, (length) => opaque({ data: new Uint8Array(length) })],
    ['a GUID', 16384 - 24, (length) => opaque({ tag: 0x42, guid: GUID, data: new Uint8Array(length) })],
  ])('writes 16 KiB of %s and no more', (_what, most, make) => {
    expect(encodeReparseBuffer(make(most))).toHaveLength(MAX_REPARSE_BUFFER_BYTES);
    for (const tooLong of [most + 1, most * 4, 1_000_000]) {
      expect(() => encodeReparseBuffer(make(tooLong))).toThrow('at most 16384 bytes');
    }
  });

  test.each<[what: string, point: ReparsePoint, message: string]>([
    ['a junction without a name', { kind: 'mount-point', ...names(0) }, 'needs a substitute name'],
    ['a symbolic link without a name', symlink('', 'a', true), 'needs a substitute name'],
    ['a WSL link without a target', { kind: 'wsl-symlink', target: new Uint8Array() }, 'needs a target'],
    ['the tag of a link as opaque', opaque({ tag: 0xa000000c }), 'cannot have the reparse tag 0xa000000c'],
    ['a tag that is none', opaque({ tag: 0 }), 'cannot have the reparse tag 0x00000000'],
    ["a GUID for a tag of Microsoft's", opaque({ guid: GUID }), 'A GUID is for tags of other owners'],
    ['none for another', opaque({ tag: 0x42 }), 'A GUID is for tags of other owners'],
    ['a GUID that is none', opaque({ tag: 0x42, guid: '{}' }), '"{}" is no GUID'],
  ])('refuses %s', (_what, point, message) => {
    const error = catchError(() => encodeReparseBuffer(point));
    expect(error).toBeInstanceOf(ReparseError);
    expect(error).toMatchObject({ offset: undefined, message: expect.stringContaining(message) });
  });
});

test('of 50,000 damaged buffers each gives a ReparseError or a value, read from within its bounds', () => {
  const { read, refused } = fuzzDecoder(50_000, 1);
  expect([...read.keys()].sort()).toEqual(['af-unix', 'mount-point', 'opaque', 'symlink', 'wsl-symlink']);
  expect(refused.size).toBeGreaterThan(15);
});

function symlink(substituteName: string, printName: string, relative: boolean) {
  return { kind: 'symlink', substituteName, printName, relative, reservedFlags: 0 } as const;
}

function names(length: number) {
  return { substituteName: 'a'.repeat(length), printName: '' };
}

function opaque(fields: Partial<ReparsePoint & { kind: 'opaque' }>): ReparsePoint {
  return { kind: 'opaque', tag: 0x80000013, guid: undefined, data: new Uint8Array(), ...fields };
}

function utf16(text: string): string {
  return Buffer.from(text, 'utf16le').toString('hex');
}

function bytes(hex: string): Uint8Array {
  return Buffer.from(hex.replaceAll(/\s/g, ''), 'hex');
}

function hexOf(buffer: Uint8Array): string {
  return Buffer.from(buffer).toString('hex');
}

function catchError(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return error;
  }
}
