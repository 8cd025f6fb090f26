/** The thread of page-filler.ts: writes messages to the device, one after the other, and says when they are through. */

import fs from 'node:fs';
import { endianness } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';

const descriptor: number = workerData;
const isLittleEndian = endianness() === 'LE';

// Null asks for the end.
parentPort?.on('message', (messages: Uint8Array | null) => {
  if (messages === null) {
    parentPort?.close();
    return;
  }
  writeAll(messages);
  parentPort?.postMessage(null);
});

function writeAll(messages: Uint8Array): void {
  const view = new DataView(messages.buffer);
  for (let at = 0, length = 0; at < messages.length; at += length) {
    length = view.getUint32(at, isLittleEndian);
    try {
      fs.writeSync(descriptor, messages, at, length);
    } catch {
      // The kernel has forgotten the file, or the connection has ended: nobody misses what was not asked for.
    }
  }
}
