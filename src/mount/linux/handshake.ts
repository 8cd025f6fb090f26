/** The first exchange on a new connection: INIT. Before it the kernel sends nothing else. */

import { MountError } from '../errors.ts';
import { Errno } from './constants.ts';
import type { Device } from './device.ts';
import { negotiate } from './init.ts';
import { WireWriter } from './wire/cursor.ts';
import { writeInit } from './wire/reply.ts';
import { decodeRequest } from './wire/request.ts';

/** sizeof(struct fuse_in_header) + sizeof(struct fuse_init_in), and room to grow; at least what the kernel wants. */
const BUFFER_SIZE = 8192;

/** Resolves when kernel and driver agree. Rejects with MountError if they cannot or the connection ends. */
export async function shakeHands(device: Device): Promise<void> {
  const buffer = new Uint8Array(BUFFER_SIZE);
  const out = new WireWriter(64);
  for (;;) {
    const length = device.read(buffer);
    if (length < 0) throw new MountError('failed', 'The mount ended before it was ready');
    if (length === 0) {
      await device.wait();
      continue;
    }
    const request = decodeRequest(buffer.subarray(0, length));
    if (request.kind !== 'init') {
      device.reply(request.unique, Errno.EIO, []);
      continue;
    }
    const negotiation = negotiate(request);
    if (negotiation.kind === 'refused') {
      device.reply(request.unique, Errno.EPROTO, []);
      throw new MountError('unavailable', negotiation.reason);
    }
    writeInit(out.reset(), negotiation.answer);
    device.reply(request.unique, 0, [out.written()]);
    if (negotiation.kind === 'agreed') return;
  }
}
