#!/usr/bin/env node
// Starts the command line. CommonJS, in syntax that old Nodes parse, and nothing is imported before the two
// things that must come first: the size of libuv's thread pool, which libuv reads once when the pool starts,
// and the check of Node's version, without which an old Node fails with a syntax error deep inside.
'use strict';

const v8 = require('node:v8');

const MINIMUM = [20, 19];
// Waiting for /dev/fuse keeps a thread of the pool busy for as long as a mount lasts: libuv's own 4 would leave
// too few for reading packs, and with fewer than that nothing could unmount any more.
const THREADS = 16;
const FEWEST_THREADS = 4;
// libuv's own number.
const USUAL_THREADS = 4;
// libuv's own limit.
const MOST_THREADS = 1024;

// The V8 of Node 20 compiles anew, in threads of its own, what has run for a short while: at the beginning of a mount
// these threads take as much of two processors as reading 10,000 files does (docs/PERFORMANCE.md). Later Nodes have a
// quicker compiler for that, and do not know the first of these flags.
const V8_FLAGS = '--interrupt-budget=800000 --max-inlined-bytecode-size-cumulative=300';
const FIRST_WITH_QUICK_COMPILER = 22;

function start() {
  const version = process.versions.node.split('.').map(Number);
  if (version[0] < MINIMUM[0] || (version[0] === MINIMUM[0] && version[1] < MINIMUM[1])) {
    return fail(`snapmount needs Node ${MINIMUM.join('.')} or later, this is ${process.versions.node}`);
  }
  if (version[0] < FIRST_WITH_QUICK_COMPILER) v8.setFlagsFromString(V8_FLAGS);
  const threads = startThreads();
  import('../dist/cli/start.js').then((cli) => run(cli, threads), explainMissing);
}

// The first work starts the pool, with as many threads as the variable says at that moment. It is put back for the
// programs that are run from here. On Windows libuv sees only what it was when the process began: the process that serves
// a mount is started with it. Returns how many there are.
function startThreads() {
  const given = process.env.UV_THREADPOOL_SIZE;
  const wanted = Math.min(Number.parseInt(given, 10), MOST_THREADS);
  if (wanted >= FEWEST_THREADS) return wanted;
  if (process.platform === 'win32') return given === undefined ? USUAL_THREADS : Math.max(wanted || 1, 1);
  process.env.UV_THREADPOOL_SIZE = String(THREADS);
  require('node:fs').access(__filename, () => {});
  if (given === undefined) delete process.env.UV_THREADPOOL_SIZE;
  else process.env.UV_THREADPOOL_SIZE = given;
  return THREADS;
}

function run(cli, threads) {
  // Until it is known better: a process that ends because nothing is left to wait for has not done its work.
  process.exitCode = 1;
  cli.start(process, threads);
}

function explainMissing(error) {
  if (error.code !== 'ERR_MODULE_NOT_FOUND' || !/dist[\\/]cli[\\/]start\.js'/.test(error.message))
    throw error;
  fail(`snapmount is not built: run \`npm run build\` in ${require('node:path').dirname(__dirname)}`);
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}

start();
