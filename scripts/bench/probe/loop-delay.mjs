// Loaded into snapmount with --import: how long its event loop was blocked.
//
//   longestMs    by Node's own timer, which comes due every millisecond: a block is up to a millisecond shorter
//   busyMs       the same by a timer of the probe's own, less the time in which the kernel gave the processor to others
//   p999Ms       what 99.9 % of the times between two timers are below

import { openSync, readSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { answerWith } from './answer.mjs';

/** By then the timers have seen what the loop was busy with when the question came. */
const SETTLE_MS = 20;

const delays = monitorEventLoopDelay({ resolution: 1 });
delays.enable();

const schedule = openSchedule();
let last = now();
let busyMs = 0;

setInterval(() => {
  const current = now();
  busyMs = Math.max(busyMs, current.time - last.time - (current.queued - last.queued));
  last = current;
}, 1).unref();

answerWith(() => {
  const figures = { longestMs: delays.max / 1e6, busyMs, p999Ms: delays.percentile(99.9) / 1e6 };
  delays.reset();
  busyMs = 0;
  return figures;
}, SETTLE_MS);

function now() {
  return { time: performance.now(), queued: queuedMs() };
}

/** How long the main thread has waited for a processor: the second number of the file (sched-stats.rst). */
function queuedMs() {
  if (schedule === undefined) return 0;
  const text = Buffer.alloc(64);
  const length = readSync(schedule, text, 0, text.length, 0);
  return Number(text.toString('latin1', 0, length).split(' ')[1]) / 1e6;
}

/** Undefined for kernels that do not count it. */
function openSchedule() {
  try {
    return openSync(`/proc/self/task/${process.pid}/schedstat`, 'r');
  } catch {
    return undefined;
  }
}
