/**
 * One life of a mount in one process, or how it fails, twice: the first time loads what stays loaded. Prints one JSON
 * object with what became of it and what it has left. It must end by itself: nothing here ends the process.
 *
 * Usage: one-life.mjs PACKAGE REPOSITORY MOUNTPOINT [SCENARIO], the password in RESTIC_PASSWORD; PACKAGE is the folder
 * with dist/. Scenarios: `stopped-opening` and `stopped-mounting` stop before it serves, `leak` leaves a timer.
 */

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import * as leftovers from './leftovers.mjs';

const [packageFolder, location, mountpoint, scenario] = process.argv.slice(2);
const load = (module) => import(pathToFileURL(join(packageFolder, 'dist', module)).href);
const { openRepository } = await load('repo/restic/open.js');
const { createLinuxDriver } = await load('mount/linux/driver.js');
const { runSession } = await load('mount/session.js');
const { createView, DEFAULT_PATH_TEMPLATES, DEFAULT_TIME_TEMPLATE } = await load('mount/view/view.js');

const SILENT = { warn() {}, note() {}, detail() {}, progress() {} };
const OPEN = {
  location,
  lock: true,
  retryLockMs: 0,
  cacheMemory: { contents: 2 ** 20, trees: 2 ** 20 },
  reporter: SILENT,
};
const VIEW = {
  pathTemplates: DEFAULT_PATH_TEMPLATES,
  timeTemplate: DEFAULT_TIME_TEMPLATE,
  ownership: {},
  accepts: () => true,
  mounter: { uid: 0, gid: 0 },
};

await main();

async function main() {
  const idle = leftovers.activeResources();
  await liveOrFail();
  const before = { descriptors: leftovers.openDescriptors(), threads: leftovers.threadCount() };
  const outcome = await liveOrFail();
  if (scenario === 'leak') setTimeout(() => undefined, 60 * 60_000);
  const left = {
    descriptors: leftovers.added(before.descriptors, leftovers.openDescriptors()),
    threads: leftovers.threadCount() - before.threads,
    children: leftovers.children(),
    resources: await leftovers.resourcesBeside(idle),
    unhandledRejections: leftovers.unhandledRejections(),
    mounted: readFileSync('/proc/self/mountinfo', 'utf8').includes(` ${mountpoint} `),
  };
  process.stdout.write(`${JSON.stringify({ outcome, left })}\n`);
}

/** How the session ended and what was read, or the code of the error. */
async function liveOrFail() {
  try {
    return await live();
  } catch (error) {
    return error.code ?? error.message;
  }
}

async function live() {
  const first = new AbortController();
  const stop = { first: first.signal, second: new AbortController().signal };
  const stopNow = () => first.abort(new Error('Stopped'));
  if (scenario === 'stopped-opening') nextTurn().then(nextTurn).then(stopNow);
  const password = async () => process.env.RESTIC_PASSWORD;
  const repository = await openRepository({ ...OPEN, password }, stop.first);
  const names = (await repository.snapshots(stop.first)).length;
  let content;
  const ending = await runSession({
    repository,
    createView: (signal) => createView(repository, VIEW, SILENT, signal),
    driver: { mount: (...args) => mount(args, stopNow) },
    mount: { mountpoint, source: 'snapmount:life', allowOther: false, defaultPermissions: true },
    stop,
    reporter: SILENT,
    onLockLoss: 'unmount',
    onReady: async () => {
      content = await readInMount();
      stopNow();
    },
  });
  return { ending, snapshots: names, content };
}

function mount(args, stopNow) {
  const mounting = createLinuxDriver({ reporter: SILENT }).mount(...args);
  if (scenario === 'stopped-mounting') stopNow();
  return mounting;
}

/** By another process: what this one asked of itself it could not answer. */
async function readInMount() {
  const { stdout } = await promisify(execFile)('cat', [join(mountpoint, 'snapshots/latest/notes')]);
  return stdout;
}
