import { expect, test } from 'vitest';
import { byteKey, printableName } from './name-text.ts';

const latin = (text: string) => Buffer.from(text, 'latin1');

test('byteKey tells names apart that decode to the same text', () => {
  expect(byteKey(latin('\xff'))).not.toBe(byteKey(Buffer.from('\ufffd')));
  expect(byteKey(Buffer.from('xaby').subarray(1, 3))).toBe(byteKey(Buffer.from('ab')));
});

test('printableName shows bytes that are no UTF-8', () => {
  expect(printableName(Buffer.from('é'))).toBe('é');
  expect(printableName(latin('a\xff\x80'))).toBe('a\\xff\\x80');
});
