import { expect, test } from 'vitest';
import { Call } from '../call.ts';
import { Errno } from '../constants.ts';
import type { Device } from '../device.ts';
import { WireWriter } from '../wire/cursor.ts';
import type { Request } from '../wire/request.ts';
import type { OperationContext } from './context.ts';
import { answer } from './dispatch.ts';

const MEBIBYTE = 1024 * 1024;
const READ = { kind: 'read', unique: 1n, node: { high: 0, low: 1 }, offset: 0, size: MEBIBYTE };

test('answer() answers what was interrupted while a thread tried to, in vain', async () => {
  const errors: number[] = [];
  let call: Call | undefined;
  const device = {
    replyInThread: async () => {
      call?.abort(Errno.EINTR);
      throw new Error('Out of memory');
    },
    reply: (_unique: bigint, error: number) => errors.push(error) > 0,
  };
  const content = { size: MEBIBYTE, read: largeRead };
  const context = {
    ahead: { contentOf: () => undefined },
    files: { get: () => content },
    reporter: { warn: () => {} },
  };
  call = new Call(device as unknown as Device, 1n, new WireWriter(64));
  await answer(context as unknown as OperationContext, READ as unknown as Request, call);
  expect(errors).toHaveLength(1);
  expect(errors[0]).toBeGreaterThan(0);
});

async function largeRead(
  _offset: number,
  length: number,
  _signal: AbortSignal,
  use: (slices: Uint8Array[]) => Promise<void>,
): Promise<void> {
  await use([new Uint8Array(length)]);
}
