import { Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { MemoryReporter } from '../../../repo/testing/memory-reporter.ts';
import { Output } from '../../output/output.ts';
import { RecordingStream } from '../../testing/streams.ts';
import { MountEvents } from './events.ts';

const RENEWED = { message_type: 'lock-refreshed' } as const;

/** Takes nothing but what it is told to. */
class StuckStream extends Writable {
  text = '';
  #isStuck = true;
  #taken: (() => void) | undefined;

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    if (this.#isStuck) this.#taken = done;
    else done();
  }

  goOn(): void {
    this.#isStuck = false;
    this.#taken?.();
  }
}

describe('MountEvents', () => {
  test('tells one object a line, in order', async () => {
    const stream = new RecordingStream();
    const events = new MountEvents(new Output(stream), new MemoryReporter());
    events.emit({ message_type: 'ready', mountpoint: '/mnt' });
    events.emit({ message_type: 'snapshots-changed', added: 1, removed: 0, total: 3 });
    events.emit({ message_type: 'unmounted', mountpoint: '/mnt', reason: 'idle' });
    await events.close();
    expect(stream.text).toBe(
      '{"message_type":"ready","mountpoint":"/mnt"}\n' +
        '{"message_type":"snapshots-changed","added":1,"removed":0,"total":3}\n' +
        '{"message_type":"unmounted","mountpoint":"/mnt","reason":"idle"}\n',
    );
  });

  test('tells nothing where nobody asked for it', async () => {
    const events = new MountEvents(undefined, new MemoryReporter());
    events.emit(RENEWED);
    await events.close();
  });

  test('gives a reader that has stopped some time at the end, then abandons it', async () => {
    const stream = new StuckStream();
    const output = new Output(stream);
    const events = new MountEvents(output, new MemoryReporter(), 10);
    events.emit(RENEWED);
    events.emit(RENEWED);
    await events.close();
    expect(output.abandoned).toBe(true);
  });

  test('keeps a bounded number for a reader that has stopped, in order', async () => {
    const stream = new StuckStream();
    const output = new Output(stream);
    const events = new MountEvents(output, new MemoryReporter());
    for (let total = 0; total < 5000; total += 1) {
      events.emit({ message_type: 'snapshots-changed', added: 1, removed: 0, total });
    }
    await new Promise(setImmediate);
    stream.goOn();
    await events.close();
    const told = stream.text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).total);
    expect(told).toEqual(Array.from({ length: 1000 }, (_, total) => total));
    expect(output.abandoned).toBe(false);
  });

  test('says nothing of a reader that has gone, and does not mind', async () => {
    const stream = new RecordingStream();
    const reporter = new MemoryReporter();
    const output = new Output(stream);
    const events = new MountEvents(output, reporter);
    stream.destroy();
    events.emit(RENEWED);
    events.emit(RENEWED);
    await events.close();
    expect(reporter.warnings).toEqual([]);
    expect(output.abandoned).toBe(false);
  });

  test('says once that they cannot be written, and goes on', async () => {
    const reporter = new MemoryReporter();
    const full = new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error('full'), { code: 'ENOSPC' })),
    });
    const events = new MountEvents(new Output(full), reporter);
    events.emit(RENEWED);
    events.emit(RENEWED);
    await events.close();
    expect(reporter.warnings).toEqual([
      'Events are not told any more: Standard output cannot be written (ENOSPC)',
    ]);
  });
});
