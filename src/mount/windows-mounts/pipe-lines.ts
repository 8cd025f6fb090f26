/** The lines that come through a pipe from who knows whom: few and short ones, or the connection ends. */

import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** All that is ever said on such a connection is shorter. */
const MOST_BYTES = 8192;

/** Undefined once the connection has ended. Never rejects. */
export function pipeLines(socket: Socket): () => Promise<string | undefined> {
  let received = 0;
  socket.on('data', (bytes) => {
    received += bytes.length;
    if (received > MOST_BYTES) socket.destroy();
  });
  // Who goes away in the middle is seen as the end.
  socket.on('error', () => {});
  const reader = createInterface(socket);
  // It sees what the other side has ended, but not what ends on ours.
  socket.once('close', () => reader.close());
  const lines = reader[Symbol.asyncIterator]();
  return async () => {
    const { value, done } = await lines.next();
    return done === true ? undefined : value;
  };
}
