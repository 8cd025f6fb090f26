// Loaded into snapmount with --import: what its threads do with their time. Wraps the few methods of the program
// between which the main thread's time divides; what they are called is checked, so that no figure is quietly zero.
//
//   transfer  reading requests from /dev/fuse, writing replies to it: the kernel copies meanwhile. Large replies are
//             written by threads of libuv's pool: then this is what it takes to tell them
//   decode    blobs and trees that are decoded on the main thread
//   looking   for a request that had not come yet
//   waiting   the event loop slept
//   other     all else that the main thread does: requests, look-ups, reading cached packs, collecting garbage

import { performance } from 'node:perf_hooks';
import { Device } from '../../../dist/mount/linux/device.js';
import { InlineDecoder } from '../../../dist/repo/restic/decode/inline-decoder.js';
import { answerWith } from './answer.mjs';

const spent = { transfer: 0, decode: 0, looking: 0 };
/** Of each decoding thread, what it had used up when the figures were last set to zero. */
const threads = new Map();
let since = { time: performance.now(), loop: performance.eventLoopUtilization() };

timeCalls(Device.prototype, 'reply', () => 'transfer');
timeCalls(Device.prototype, 'replyInThread', () => 'transfer');
timeCalls(Device.prototype, 'read', (length) => (length > 0 ? 'transfer' : 'looking'));
for (const method of ['blob', 'tree', 'unpacked']) timeCalls(InlineDecoder.prototype, method, () => 'decode');
process.on('worker', (worker) => {
  threads.set(worker, 0);
  worker.once('exit', () => threads.delete(worker));
});
answerWith(figures);

/** Up to their return: what they promise comes from work of another thread. */
function timeCalls(prototype, method, kind) {
  const original = prototype[method];
  if (typeof original !== 'function') throw new Error(`The probe knows of a method ${method} that is gone`);
  prototype[method] = function timed(...args) {
    const start = performance.now();
    const result = original.apply(this, args);
    spent[kind(result)] += performance.now() - start;
    return result;
  };
}

/** All in milliseconds. */
function figures() {
  const now = { time: performance.now(), loop: performance.eventLoopUtilization() };
  const total = now.time - since.time;
  const waiting = now.loop.idle - since.loop.idle;
  const { transfer, decode, looking } = spent;
  const other = total - waiting - transfer - decode - looking;
  since = now;
  Object.assign(spent, { transfer: 0, decode: 0, looking: 0 });
  return { total, transfer, decode, looking, waiting, other, threads: threadTimes() };
}

/** For each decoding thread, how long it did not wait for work. */
function threadTimes() {
  return [...threads].map(([worker, before]) => {
    const { active } = worker.performance.eventLoopUtilization();
    threads.set(worker, active);
    return active - before;
  });
}
