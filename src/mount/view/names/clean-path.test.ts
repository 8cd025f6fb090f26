import { describe, expect, test } from 'vitest';
import { MAX_NAME_BYTES } from '../../../repo/plain-name.ts';
import { cleanPath } from './clean-path.ts';

describe('cleanPath', () => {
  test.each<[string, string[]]>([
    ['', []],
    ['/', []],
    ['a/b', ['a', 'b']],
    ['//a///b/', ['a', 'b']],
    ['./a/./b/.', ['a', 'b']],
    ['a/../b', ['b']],
    ['../../a', ['a']],
    ['a/../../b', ['b']],
    ['...', ['...']],
    ['a\0b/\0', ['a%b', '%']],
    ['a\\b/..\\..\\c', ['a\\b', '..%..%c']],
  ])('of %j is %j', (path, parts) => {
    expect(cleanPath(path)).toEqual(parts);
  });

  test('cuts a part that is too long, counted in bytes', () => {
    const [part] = cleanPath('é'.repeat(600));
    expect(Buffer.byteLength(part ?? '')).toBeLessThanOrEqual(MAX_NAME_BYTES);
    expect(part).toMatch(/^é+%[0-9a-f]{8}$/);
  });
});
