import { Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { OutputClosed } from '../errors.ts';
import { RecordingStream } from '../testing/streams.ts';
import { Output } from './output.ts';

const never = new AbortController().signal;

/** Takes nothing until `take` is called. */
class SlowStream extends Writable {
  take: (error?: Error) => void = () => {};

  override _write(_chunk: Buffer, _encoding: string, done: (error?: Error) => void): void {
    this.take = done;
  }
}

function failure(code: string): Error {
  return Object.assign(new Error(`write ${code}`), { code });
}

describe('Output', () => {
  test('writes slices one after the other, byte by byte', async () => {
    const stream = new RecordingStream();
    await new Output(stream).write([Uint8Array.of(0, 255), new Uint8Array(0), Uint8Array.of(10)], never);
    expect(Buffer.concat(stream.chunks)).toEqual(Buffer.of(0, 255, 10));
  });

  test('waits until the reader has taken what was written', async () => {
    const stream = new SlowStream();
    let written = false;
    const write = new Output(stream).write([Uint8Array.of(1)], never).then(() => {
      written = true;
    });
    await new Promise(setImmediate);
    expect(written).toBe(false);
    stream.take();
    await write;
    expect(written).toBe(true);
  });

  test('stops waiting for the reader with the signal', async () => {
    const controller = new AbortController();
    const write = new Output(new SlowStream()).write([Uint8Array.of(1)], controller.signal);
    controller.abort(new Error('stop'));
    await expect(write).rejects.toThrow('stop');
  });

  test('tells a reader who has gone from other failures', async () => {
    for (const [code, expected] of [
      ['EPIPE', OutputClosed],
      ['ENOSPC', /Standard output cannot be written \(ENOSPC\)/],
    ] as const) {
      const stream = new SlowStream();
      const output = new Output(stream);
      const write = output.write([Uint8Array.of(1)], never);
      stream.take(failure(code));
      await expect(write).rejects.toThrow(expected);
    }
  });

  test('rejects further writes after the reader has gone', async () => {
    const stream = new SlowStream();
    const output = new Output(stream);
    const write = output.write([Uint8Array.of(1)], never);
    stream.take(failure('EPIPE'));
    await expect(write).rejects.toThrow(OutputClosed);
    await expect(output.write([Uint8Array.of(2)], never)).rejects.toThrow(OutputClosed);
  });

  test('collects small pieces and says when to flush them', async () => {
    const stream = new RecordingStream();
    const output = new Output(stream);
    let pieces = 0;
    while (output.append(Buffer.from('line\n'))) pieces += 1;
    expect(stream.chunks).toEqual([]);
    await output.flush(never);
    expect(stream.text).toBe('line\n'.repeat(pieces + 1));
    expect(stream.chunks.length).toBe(1);
    await output.flush(never);
    expect(stream.chunks.length).toBe(1);
  });

  test('takes a piece larger than its buffer', async () => {
    const stream = new RecordingStream();
    const output = new Output(stream);
    output.append(Buffer.from('a'));
    expect(output.append(Buffer.alloc(300_000, 'b'))).toBe(false);
    await output.flush(never);
    expect(stream.text).toBe(`a${'b'.repeat(300_000)}`);
  });
});
