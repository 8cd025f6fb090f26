import { expect, test } from 'vitest';
import { argumentBytes, findRawArgument } from './raw-argument.ts';

test('findRawArgument returns the bytes that Node could not decode', () => {
  const commandLine = Buffer.concat([Buffer.from('node\0cat\0latest:/a'), Buffer.of(0xff, 0x62, 0)]);
  expect(findRawArgument(commandLine, 'latest:/a\ufffdb')).toEqual(
    Buffer.concat([Buffer.from('latest:/a'), Buffer.of(0xff, 0x62)]),
  );
  expect(findRawArgument(commandLine, 'other\ufffd')).toBeUndefined();
  expect(findRawArgument(Buffer.alloc(0), '\ufffd')).toBeUndefined();
});

test('findRawArgument finds the value of an option', () => {
  const value = Buffer.concat([Buffer.from('latest:/a=b'), Buffer.of(0xff)]);
  const commandLine = Buffer.concat([Buffer.from('node\0mount\0--snapshot='), value, Buffer.of(0)]);
  expect(findRawArgument(commandLine, 'latest:/a=b\ufffd')).toEqual(value);
});

test('argumentBytes takes text that is whole as it is', async () => {
  expect(await argumentBytes('latest:/é')).toEqual(Buffer.from('latest:/é'));
});
