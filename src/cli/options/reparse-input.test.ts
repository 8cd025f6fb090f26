import { expect, test } from 'vitest';
import { parseHex } from './reparse-input.ts';

test.each([
  '0c0000a0ff',
  '0C 00 00 A0 FF',
  '0c:00:00:a0:ff',
  '0x0C, 0x00, 0x00, 0xA0, 0xFF,',
  ' 0c00\n00a0\tff\n',
  '0x0c0000a0 0xff',
])('parseHex reads %j', (text) => {
  expect(parseHex(text)).toEqual(Buffer.of(0x0c, 0, 0, 0xa0, 0xff));
});

test.each(['', ' ', '0', '0c0', '0x', '0c 0x', 'a0x0', '0g', '0c-00', 'é0'])(
  'parseHex refuses %j',
  (text) => {
    expect(() => parseHex(text)).toThrow('for --hex: it takes bytes as pairs of hexadecimal digits');
  },
);
