import { describe, expect, test } from 'vitest';
import { filetimeText, STORED_ATTRIBUTES, storedAttribute } from './stored-attributes.ts';

const FACTS = {
  target: Buffer.from('C:\\x'),
  irregular: true,
  fileAttributes: 0x410,
  creationTime: 132_287_040_001_234_567n,
  securityDescriptor: Uint8Array.of(1, 2),
  reparsePoint: Uint8Array.of(3),
  reparseTag: { tag: 0xa0000003, source: 'inferred' },
} as const;

describe('storedAttribute', () => {
  test.each([
    ['target', 'C:\\x'],
    ['type', 'irregular'],
    ['file_attributes', '0x00000410'],
    ['creation_time', '2020-03-15T00:00:00.1234567Z'],
    ['security_descriptor', '\x01\x02'],
    ['reparse_point', '\x03'],
    ['reparse_tag', '0xa0000003'],
    ['reparse_tag_source', 'inferred'],
  ])('%s is %j', (name, value) => {
    expect(Buffer.from(storedAttribute(FACTS, name)!).toString()).toBe(value);
    expect(storedAttribute({}, name)).toBeUndefined();
    expect(STORED_ATTRIBUTES).toContain(name);
  });

  test('knows no others', () => {
    expect(storedAttribute(FACTS, 'targets')).toBeUndefined();
    expect(storedAttribute(FACTS, '')).toBeUndefined();
  });

  test('has attributes and times of 0', () => {
    const facts = { fileAttributes: 0, creationTime: 0n };
    expect(Buffer.from(storedAttribute(facts, 'file_attributes')!).toString()).toBe('0x00000000');
    expect(Buffer.from(storedAttribute(facts, 'creation_time')!).toString()).toBe(
      '1601-01-01T00:00:00.0000000Z',
    );
  });
});

test('filetimeText writes the last moment that a FILETIME can say', () => {
  expect(filetimeText(2n ** 64n - 1n)).toBe('+060056-05-28T05:36:10.9551615Z');
});
