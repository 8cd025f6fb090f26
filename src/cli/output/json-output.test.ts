import { expect, test } from 'vitest';
import { jsonLine } from './json-output.ts';

test('jsonLine writes JSON that holds the value and nothing that acts on a terminal', () => {
  const value = { name: 'a\x1b[31m\u009b\u007f\u202e"\\\n', list: [1, null] };
  const line = jsonLine(value);
  expect(JSON.parse(line)).toEqual(value);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: their absence is what is tested
  expect(line.slice(0, -1)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
});
