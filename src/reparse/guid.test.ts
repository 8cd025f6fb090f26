import { expect, test } from 'vitest';
import { formatGuid, parseGuid } from './guid.ts';

// FOLDERID_Desktop, as a program in C has it in memory: { 0xB4BFCC3A, 0xDB2C, 0x424C, { 0xB0, 0x29, ... } }.
const BYTES = Buffer.from('3accbfb42cdb4c42b0297fe99a87c641', 'hex');
const TEXT = 'b4bfcc3a-db2c-424c-b029-7fe99a87c641';

test('a GUID is written and read with its first three fields as numbers', () => {
  expect(formatGuid(BYTES)).toBe(TEXT);
  expect(parseGuid(TEXT.toUpperCase())).toEqual(BYTES);
});

test.each(['', `{${TEXT}}`, TEXT.slice(1), TEXT.replace('b', 'g'), `${TEXT}\n`])('%j is no GUID', (text) => {
  expect(() => parseGuid(text)).toThrow('is no GUID');
});
