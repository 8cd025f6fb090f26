import { Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { OpenFile } from '../../mount/node.ts';
import { OutputClosed } from '../errors.ts';
import { RecordingStream } from '../testing/streams.ts';
import { Output } from './output.ts';
import { writeContent } from './write-content.ts';

const never = new AbortController().signal;
const PART = 4 * 1024 * 1024;

/** Its byte at each offset is the offset's part number; remembers what was read. */
function makeFile(size: number) {
  const offsets: number[] = [];
  const file: OpenFile = {
    size,
    read: async (offset, length, _signal, use) => {
      offsets.push(offset);
      const half = length >> 1;
      const part = Buffer.alloc(length, offset / PART);
      use([part.subarray(0, half), part.subarray(half)]);
      part.fill(0xee);
    },
  };
  return { file, offsets };
}

describe('writeContent', () => {
  test.each([0, 1, PART, PART + 1, 2 * PART + 5])('writes all %d bytes in order', async (size) => {
    const stream = new RecordingStream();
    await writeContent(makeFile(size).file, new Output(stream), never);
    const written = Buffer.concat(stream.chunks);
    const expected = Buffer.from(Uint8Array.from({ length: size }, (_, at) => Math.floor(at / PART)));
    expect(written.equals(expected)).toBe(true);
  });

  test('is one part ahead of a reader that takes its time, and no more', async () => {
    const { file, offsets } = makeFile(4 * PART);
    const stuck = new Writable({ write() {} });
    const controller = new AbortController();
    const writing = writeContent(file, new Output(stuck), controller.signal);
    await new Promise(setImmediate);
    expect(offsets).toEqual([0, PART]);
    controller.abort(new Error('stop'));
    await expect(writing).rejects.toThrow('stop');
  });

  test('ends the read ahead when writing fails', async () => {
    let aborted = false;
    const file: OpenFile = {
      size: 2 * PART,
      read: async (offset, length, signal, use) => {
        if (offset === 0) return use([Buffer.alloc(length)]);
        return new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            aborted = true;
            reject(signal.reason);
          });
        });
      },
    };
    const full = new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error(), { code: 'EPIPE' })),
    });
    await expect(writeContent(file, new Output(full), never)).rejects.toThrow(OutputClosed);
    expect(aborted).toBe(true);
  });

  test('rejects with what reading says, in whichever part', async () => {
    for (const bad of [0, PART]) {
      const file: OpenFile = {
        size: 2 * PART,
        read: async (offset, length, _signal, use) => {
          if (offset === bad) throw new Error('damaged');
          use([Buffer.alloc(length)]);
        },
      };
      await expect(writeContent(file, new Output(new RecordingStream()), never)).rejects.toThrow('damaged');
    }
  });
});
