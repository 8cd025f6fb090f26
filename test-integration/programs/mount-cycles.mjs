/**
 * Opens, mounts, unmounts and closes a repository again and again in one process, in every way that a mount can end,
 * while programs read from it all the time. Prints one JSON object with what is left. It must end by itself: nothing
 * here ends the process.
 *
 * Usage: mount-cycles.mjs PACKAGE REPOSITORY MOUNTPOINT ORIGINAL CYCLES, the password in RESTIC_PASSWORD; PACKAGE is
 * the folder with dist/, ORIGINAL what the newest snapshot holds as `tree`.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import * as leftovers from './leftovers.mjs';
import { startReading } from './reading-load.mjs';

/** The first cycles load what stays loaded: modules, libraries, libuv's threads. */
const WARM_UP = 6;
/** Requests that a mount answers before its end, at most. */
const MOST_ACCESSES = 400;

const [packageFolder, repositoryFolder, mountpoint, original, cycles] = process.argv.slice(2);
const load = (module) => import(pathToFileURL(join(packageFolder, 'dist', module)).href);
const { openRepository } = await load('repo/restic/open.js');
const { createLinuxDriver } = await load('mount/linux/driver.js');
const { runSession } = await load('mount/session.js');
const { createView, DEFAULT_PATH_TEMPLATES, DEFAULT_TIME_TEMPLATE } = await load('mount/view/view.js');

/** The ways in which a mount can end, taken in turn. */
const ENDS = [
  ['stop', ({ stopOnce }) => stopOnce()],
  ['unmounted by fusermount3', () => run('fusermount3', '-u', '-z', mountpoint)],
  [
    'stop twice at once',
    ({ stopOnce, stopTwice }) => {
      stopOnce();
      stopTwice();
    },
  ],
  [
    'stop twice when in use',
    async ({ stopOnce, stopTwice, busy }) => {
      stopOnce();
      await busy;
      stopTwice();
    },
  ],
  [
    'stop and fusermount3 at once',
    async ({ stopOnce }) => {
      const outside = run('fusermount3', '-u', '-z', mountpoint);
      stopOnce();
      await outside;
    },
  ],
  // An ordinary user may not.
  ...(process.geteuid() === 0 ? [['unmounted by umount', () => run('umount', '-l', mountpoint)]] : []),
];
const SILENT = { warn() {}, note() {}, detail() {}, progress() {} };
const VIEW = {
  pathTemplates: DEFAULT_PATH_TEMPLATES,
  timeTemplate: DEFAULT_TIME_TEMPLATE,
  ownership: {},
  accepts: () => true,
  mounter: { uid: process.getuid(), gid: process.getgid() },
};
const report = { deadMountpoints: 0, locks: 0, failures: [], warnings: [], endings: {} };

await main();

async function main() {
  const idle = leftovers.activeResources();
  await cyclesUnderLoad(WARM_UP);
  const before = { descriptors: leftovers.openDescriptors(), threads: leftovers.threadCount() };
  const reading = await cyclesUnderLoad(Number(cycles));
  const outcome = {
    ...report,
    ...reading,
    descriptorsLeft: leftovers.added(before.descriptors, leftovers.openDescriptors()),
    threadsLeft: leftovers.threadCount() - before.threads,
    childrenLeft: leftovers.children(),
    resourcesLeft: await leftovers.resourcesBeside(idle),
    unhandledRejections: leftovers.unhandledRejections(),
  };
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
}

/** Resolves with what the programs have read. */
async function cyclesUnderLoad(count) {
  const reading = startReading(join(mountpoint, 'snapshots', 'latest', 'tree'), original);
  for (let cycle = 0; cycle < count; cycle++) await oneCycle(cycle);
  return reading.stop();
}

/** Mounts, waits until programs have asked for something often enough, ends the mount, and looks what is left. */
async function oneCycle(cycle) {
  const first = new AbortController();
  const second = new AbortController();
  const stopOnce = () => first.abort(new Error('Stop'));
  const stopTwice = () => second.abort(new Error('Stop twice'));
  const life = await begin({ first: first.signal, second: second.signal });
  const accesses = Math.random() * MOST_ACCESSES;
  while (life.mounted.accesses < accesses) await sleep(2);
  const [name, end] = ENDS[cycle % ENDS.length];
  await end({ stopOnce, stopTwice, busy: life.busy });
  try {
    count(report.endings, `${name}: ${await life.session}`);
  } catch (error) {
    report.failures.push(`${name}: ${withCauses(error)}`);
  }
  if (isMounted()) report.deadMountpoints += 1;
  report.locks += readdirSync(join(repositoryFolder, 'locks')).length;
}

/** Resolves once the mount serves. `busy` resolves when the session has found it in use, or has ended. */
async function begin(stop) {
  const repository = await openRepository(openOptions(), stop.first);
  return new Promise((resolve, reject) => {
    let mounted;
    const busy = new Promise((found) => {
      const warn = (line) => (line.includes(' is in use') ? found() : report.warnings.push(line));
      const driver = createLinuxDriver({ reporter: { ...SILENT, warn } });
      const session = runSession({
        repository,
        createView: (signal) => createView(repository, VIEW, { ...SILENT, warn }, signal),
        driver: { mount: async (...args) => (mounted = await driver.mount(...args)) },
        mount: { mountpoint, source: 'snapmount:cycles', allowOther: false, defaultPermissions: true },
        stop,
        reporter: { ...SILENT, warn },
        onLockLoss: 'unmount',
        onReady: () => resolve({ session, mounted, busy }),
      });
      session.catch(reject).finally(found);
    });
  });
}

function openOptions() {
  return {
    location: repositoryFolder,
    password: async () => process.env.RESTIC_PASSWORD,
    lock: true,
    retryLockMs: 0,
    cacheMemory: { contents: 2 ** 20, trees: 2 ** 20 },
    reporter: SILENT,
  };
}

function isMounted() {
  return readFileSync('/proc/self/mountinfo', 'utf8').includes(` ${mountpoint} `);
}

/** Awaits its end, however it ends: who is second finds nothing to unmount. */
async function run(command, ...args) {
  const child = spawn(command, args, { stdio: 'ignore' });
  await once(child, 'close');
}

function withCauses(error) {
  return error instanceof Error && error.cause ? `${error}: ${withCauses(error.cause)}` : String(error);
}

function count(counts, name) {
  counts[name] = (counts[name] ?? 0) + 1;
}
