// Loaded into snapmount with --import: how long its event loop was blocked. A timer comes due every millisecond; a
// figure is the time between two of them, so a block is up to a millisecond shorter.

import { monitorEventLoopDelay } from 'node:perf_hooks';
import { answerWith } from './answer.mjs';

/** By then the timer has seen what the loop was busy with when the question came. */
const SETTLE_MS = 20;

const delays = monitorEventLoopDelay({ resolution: 1 });
delays.enable();

answerWith(() => {
  const figures = {
    longestMs: delays.max / 1e6,
    p999Ms: delays.percentile(99.9) / 1e6,
    samples: delays.count,
  };
  delays.reset();
  return figures;
}, SETTLE_MS);
