import { expect, test } from 'vitest';
import { isAtOrBelow, mapsDevice } from './mount-users.ts';

test.each([
  ['/mnt', true],
  ['/mnt/a/b', true],
  ['/mnt/a (deleted)', true],
  ['/mnt2', false],
  ['/', false],
  ['pipe:[123]', false],
  ['/other/mnt', false],
])('isAtOrBelow says of %j and "/mnt" %j', (path, expected) => {
  expect(isAtOrBelow(path, '/mnt')).toBe(expected);
});

test.each([
  ['7f00-7f01 r--p 00000000 00:36 42                         /mnt/lib.so', true],
  ['7f00-7f01 r--p 00000000 00:37 42                         /mnt/lib.so', false],
  ['7f00-7f01 r--p 00000000 08:01 42                         /a 00:36 b', false],
  ['7f00-7f01 rw-p 00000000 00:00 0 ', false],
  ['', false],
])('mapsDevice finds in %j a mapping of device 0:54: %j', (line, expected) => {
  expect(mapsDevice(`55aa-55ab r-xp 00000000 fe:00 7 /usr/bin/cat\n${line}\n`, '0:54')).toBe(expected);
});

test('mapsDevice knows numbers of any length', () => {
  expect(mapsDevice('7f00-7f01 r--p 00000000 103:1000 42 /x', '259:4096')).toBe(true);
});
