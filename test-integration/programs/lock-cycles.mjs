// Takes, keeps and gives back locks of a real local repository, many at once, with delays and failures in between: some
// are stopped while they are taken, some are removed by others, some live for several renewals. Prints what is left
// of it all as one line of JSON, and ends by itself when nothing is: it never calls process.exit.
// Usage: RESTIC_PASSWORD=... lock-cycles.mjs REPOSITORY CYCLES [SEED]

import { BackendError } from '../../dist/repo/backend/errors.js';
import { Closers } from '../../dist/repo/closers.js';
import { RepositoryError } from '../../dist/repo/errors.js';
import { KeptLock } from '../../dist/repo/restic/lock/kept-lock.js';
import { LockFiles } from '../../dist/repo/restic/lock/lock-files.js';
import { thisProcess } from '../../dist/repo/restic/lock/this-process.js';
import { openStorage } from '../../dist/repo/restic/open-storage.js';
import { FastClock } from './fast-clock.mjs';
import { FaultyBackend } from './faulty-backend.mjs';

const AT_ONCE = 20;
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const LONGEST_LIFE_MS = 30 * MINUTE;
const silent = { warn() {}, note() {}, detail() {}, progress() {} };

const [repository, cycles, seed = String(Date.now() % 1e6)] = process.argv.slice(2);
const counts = {
  cycles: 0,
  refreshed: 0,
  startsRejected: 0,
  lost: 0,
  stopsRejected: 0,
  locksLeft: 0,
  callsAfterStop: 0,
  unhandledRejections: 0,
  timersAlive: 0,
};
process.on('unhandledRejection', () => counts.unhandledRejections++);

const closers = new Closers();
const never = new AbortController().signal;
const options = { location: repository, password: async () => process.env.RESTIC_PASSWORD };
const { backend, suite } = await openStorage(options, closers, never);
const owner = await thisProcess();

let next = 0;
await Promise.all(Array.from({ length: AT_ONCE }, runCycles));
counts.locksLeft = (await backend.list('lock', never)).length;
await closers.close();
// What is left gets a while to show itself: a task that goes on, or a timer that nobody stopped.
await new Promise(setImmediate);
counts.timersAlive = process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
process.stdout.write(`${JSON.stringify({ ...counts, seed: Number(seed) })}\n`);

async function runCycles() {
  while (next < Number(cycles)) await runCycle(next++);
}

async function runCycle(number) {
  const random = generator(Number(seed) * 1e4 + number);
  const clock = new FastClock();
  const storage = new FaultyBackend(backend, clock, random);
  const stop = new AbortController();
  // Most are not stopped before they are there.
  const stopping = random(3) === 0 ? stopLater(stop, clock, random(10 * SECOND)) : undefined;
  let kept;
  try {
    kept = await KeptLock.start(keptOptions(storage, clock, random), stop.signal);
  } catch (error) {
    // Anything else is a mistake of this program, after which its counts would say nothing.
    const isExpected = error instanceof RepositoryError || error instanceof BackendError;
    if (!isExpected && error !== stop.signal.reason) throw error;
    counts.startsRejected++;
  }
  await live(kept, storage, clock, random, number % 5 === 0);
  storage.isDone = true;
  await stopping;
  // A call that comes too late comes in this time.
  await clock.wait(10 * MINUTE);
  counts.callsAfterStop += storage.callsWhenDone;
  counts.cycles++;
}

function keptOptions(storage, clock, random) {
  return {
    files: new LockFiles(storage, suite),
    clock,
    reporter: silent,
    owner,
    here: { hostname: owner.hostname, processState: async () => 'alive' },
    retryMs: 0,
    meanwhile: (signal) => clock.wait(random(5 * SECOND), signal),
    onLost: () => counts.lost++,
    onRefreshed: () => counts.refreshed++,
  };
}

/**
 * Some lives end at once, some last for renewals. Where somebody else removes the lock, that is noticed by most: too many
 * of a hundred for all of them to miss it.
 */
async function live(kept, storage, clock, random, isRemoved) {
  if (kept === undefined) return;
  await clock.wait(random(random(2) === 0 ? SECOND : LONGEST_LIFE_MS));
  if (isRemoved) {
    await backend.remove(storage.written, never);
    await clock.wait(random(20 * MINUTE));
  }
  try {
    await Promise.all([kept.stop(), kept.stop()]);
  } catch {
    counts.stopsRejected++;
  }
}

async function stopLater(stop, clock, milliseconds) {
  await clock.wait(milliseconds);
  stop.abort(new Error('Stopped'));
}

/** Numbers from 0 up to `below`, the same for the same seed (mulberry32). */
function generator(start) {
  let state = start >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}
