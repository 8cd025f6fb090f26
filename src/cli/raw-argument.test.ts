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

test('argumentBytes takes text that is whole as it is', async () => {
  expect(await argumentBytes('latest:/é')).toEqual(Buffer.from('latest:/é'));
});
