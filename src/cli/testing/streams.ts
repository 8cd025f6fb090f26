/** Streams that remember what was written, in place of a process's own. */

import { Readable, Writable } from 'node:stream';

export class RecordingStream extends Writable {
  isTTY = false;
  columns = 80;
  readonly chunks: Buffer[] = [];

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.chunks.push(Buffer.from(chunk));
    done();
  }

  get text(): string {
    return Buffer.concat(this.chunks).toString();
  }
}

/** A terminal's keyboard: `push` types, `raw` says in which mode the terminal is. */
export class TypedInput extends Readable {
  readonly isTTY = true;
  raw = false;

  override _read(): void {}

  setRawMode(raw: boolean): void {
    this.raw = raw;
  }
}
