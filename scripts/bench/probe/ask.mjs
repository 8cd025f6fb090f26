// The benchmark's end of a probe's descriptor (answer.mjs has the other).

import { createInterface } from 'node:readline';

/** Returns what asks for the figures since it was asked last, and sets them to zero. */
export function asker(stream) {
  const answers = createInterface({ input: stream })[Symbol.asyncIterator]();
  return async () => {
    stream.write('\n');
    const { value, done } = await answers.next();
    if (done) throw new Error('The probe ended without an answer');
    return JSON.parse(value);
  };
}
