/** One program of Windows that uses the mount: sends its requests to the stand-in's port, one at a time. */

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Answer, VolumeDevice } from '../../../src/mount/winfsp/testing/volume-client.ts';

const HEAD_BYTES = 8;

export class SocketDevice implements VolumeDevice {
  readonly #socket: Socket;
  #received: Buffer[] = [];
  #receivedBytes = 0;
  #wake: (() => void) | undefined;
  #last: Promise<unknown> = Promise.resolve();

  static async connect(port: number): Promise<SocketDevice> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    return new SocketDevice(socket);
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (bytes) => {
      this.#received.push(bytes);
      this.#receivedBytes += bytes.length;
      this.#wake?.();
    });
    // An end is seen where something is missing.
    socket.on('error', () => {});
    socket.on('close', () => this.#wake?.());
  }

  transact(request: Buffer, room: number): Promise<Answer> {
    const answer = this.#last.then(() => this.#ask(request, room));
    this.#last = answer.catch(() => {});
    return answer;
  }

  /** As if WinFsp's driver had been stopped. */
  breakDown(): void {
    this.#socket.write(Buffer.alloc(HEAD_BYTES));
  }

  close(): void {
    this.#socket.destroy();
  }

  async #ask(request: Buffer, room: number): Promise<Answer> {
    const head = Buffer.alloc(HEAD_BYTES);
    head.writeUInt32LE(request.length, 0);
    head.writeUInt32LE(room, 4);
    this.#socket.write(Buffer.concat([head, request]));
    const sizes = await this.#take(HEAD_BYTES);
    const response = await this.#take(sizes.readUInt32LE(0));
    return { response, data: await this.#take(sizes.readUInt32LE(4)) };
  }

  async #take(length: number): Promise<Buffer> {
    while (this.#receivedBytes < length) {
      if (this.#socket.closed) throw new Error('The connection to the stand-in has ended');
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const all = Buffer.concat(this.#received);
    this.#received = [all.subarray(length)];
    this.#receivedBytes -= length;
    return all.subarray(0, length);
  }
}
