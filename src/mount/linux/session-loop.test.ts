import { afterEach, describe, expect, test } from 'vitest';
import { SessionLoop } from './session-loop.ts';
import { type DeviceOverFile, deviceOverFile } from './testing/device-over-file.ts';
import { RECORDED } from './testing/recorded-requests.ts';

describe('SessionLoop', () => {
  let made: DeviceOverFile;
  afterEach(() => made.close());

  async function serve(messages: readonly Uint8Array[], answer = async () => {}): Promise<string[]> {
    made = deviceOverFile(messages);
    const problems: string[] = [];
    const loop = new SessionLoop(made.device, {
      answer,
      forget: () => {},
      work: () => false,
      problem: (line) => void problems.push(line),
      schedule: () => () => {},
    });
    await loop.run();
    await loop.drain();
    return problems;
  }

  test('answers EIO to a request that cannot be decoded', async () => {
    const problems = await serve([RECORDED.read.subarray(0, 48)]);
    expect(problems).toEqual([expect.stringContaining('Cannot read a request of the kernel')]);
    // struct fuse_out_header: length 16, error -5, unique 0x16.
    expect(made.written().toString('hex')).toBe('10000000fbffffff1600000000000000');
  });

  test('answers nothing to a message without a whole header, and goes on', async () => {
    const answered: string[] = [];
    const problems = await serve([RECORDED.read.subarray(0, 39), RECORDED.read], async () => {
      answered.push('read');
    });
    expect(problems).toHaveLength(1);
    expect(made.written()).toHaveLength(0);
    expect(answered).toEqual(['read']);
  });

  test('tells of an answer that fails, and goes on', async () => {
    const problems = await serve([RECORDED.read, RECORDED.getattr], () => Promise.reject(new Error('EBADF')));
    expect(problems).toEqual([
      expect.stringContaining('Cannot answer a request'),
      expect.stringContaining('EBADF'),
    ]);
  });
});
