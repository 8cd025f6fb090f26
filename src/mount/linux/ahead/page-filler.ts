/**
 * Puts contents of small files into the kernel's page cache before anybody asks for them (NOTIFY_STORE). From a thread
 * of its own: the kernel locks each page for it, which it may hold until a read is answered, and that is for this one.
 */

import { Worker } from 'node:worker_threads';
import { compiledModule } from '../../../compiled-module.ts';
import { NotifyCode } from '../constants.ts';
import { WireWriter } from '../wire/cursor.ts';
import { OUT_HEADER_SIZE, STORE_HEADER_SIZE, writeStore } from '../wire/reply.ts';
import type { NodeId } from '../wire/request.ts';

export interface PageContent {
  readonly id: NodeId;
  /** The whole content of the file. */
  readonly bytes: Uint8Array;
}

const HEADERS_SIZE = OUT_HEADER_SIZE + STORE_HEADER_SIZE;

export class PageFiller {
  readonly #descriptor: number;
  #thread: Worker | undefined;
  #ended: Promise<void> = Promise.resolve();
  /** What waits for the thread, in order. */
  #waiting: (() => void)[] = [];
  #broken = false;

  /** The thread starts with the first contents. */
  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /** Copies. Resolves when the kernel has taken them, as far as it wants them. Never rejects: nobody has asked. */
  async fill(contents: readonly PageContent[]): Promise<void> {
    if (this.#broken || contents.length === 0) return;
    this.#thread ??= this.#start();
    const messages = encode(contents);
    this.#thread.postMessage(messages, [messages.buffer]);
    await new Promise<void>((fulfil) => this.#waiting.push(fulfil));
  }

  /** When nothing is being filled any more. Resolves when the thread has ended. */
  async stop(): Promise<void> {
    this.#thread?.ref();
    this.#thread?.postMessage(null);
    await this.#ended;
  }

  #start(): Worker {
    const thread = new Worker(compiledModule('./page-filler-thread.js', import.meta.url), {
      name: 'page cache',
      workerData: this.#descriptor,
      env: {},
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: 1 },
    });
    thread.unref();
    thread.on('message', () => this.#waiting.shift()?.());
    thread.on('error', () => {
      this.#broken = true;
    });
    this.#ended = new Promise((fulfil) => {
      thread.once('exit', () => {
        this.#broken = true;
        for (const done of this.#waiting.splice(0)) done();
        fulfil();
      });
    });
    return thread;
  }
}

/** Messages behind one another, each with its length in front (struct fuse_out_header). */
function encode(contents: readonly PageContent[]): Uint8Array<ArrayBuffer> {
  const size = contents.reduce((sum, { bytes }) => sum + HEADERS_SIZE + bytes.length, 0);
  const out = new WireWriter(size);
  for (const { id, bytes } of contents) {
    out
      .u32(HEADERS_SIZE + bytes.length)
      .u32(NotifyCode.Store)
      .u64(0n);
    writeStore(out, id, bytes);
  }
  return out.written();
}
