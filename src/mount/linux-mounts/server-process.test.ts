import { expect, test } from 'vitest';
import { formatServerProcess, parseServerProcess } from './server-process.ts';

test.each([
  { pid: 1, identity: undefined },
  { pid: 4194304, identity: '6a1c/pid:[4026531836]/12345' },
])('parseServerProcess reads what formatServerProcess wrote of %j', (process) => {
  expect(parseServerProcess(formatServerProcess(process))).toEqual(process);
});

test.each(['', '0', '-1', '1.5', '12345678901', '1 ', '1 a b', '1\n', 'x 1'])(
  'parseServerProcess takes %j for nothing',
  (text) => {
    expect(parseServerProcess(text)).toBeUndefined();
  },
);
