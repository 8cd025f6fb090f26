// A mount that another program serves: how it is started, found ready, measured, asked and ended. Knows no program.

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { asker } from '../probe/ask.mjs';
import { usageOfTree } from '../process-tree.mjs';

const DEADLINE_MS = 120_000;
const standing = new Set();

/**
 * Runs `[program, ...args, mountpoint]` and resolves, with the seconds it took, once the folder `firstLook` of the
 * mount can be listed. `probed` says that the program holds a probe (probe/), which `ask` then asks.
 */
export async function startMount({
  command: [program, ...args],
  env = process.env,
  firstLook,
  probed = false,
}) {
  const path = mkdtempSync(join(tmpdir(), 'snapmount-bench-'));
  standing.add(path);
  const start = performance.now();
  const stdio = ['ignore', 'ignore', 'pipe', ...(probed ? ['pipe'] : [])];
  const child = spawn(program, [...args, path], { env, stdio });
  const said = [];
  child.stderr.on('data', (data) => said.push(data));
  try {
    await once(child, 'spawn');
    await mounted(child, path);
    readdirSync(join(path, firstLook));
  } catch (error) {
    await unmount(child, path);
    throw new Error(`${error.message}: ${Buffer.concat(said)}`);
  }
  return {
    path,
    seconds: (performance.now() - start) / 1000,
    ask: probed ? asker(child.stdio[3]) : undefined,
    usage: () => usageOfTree(child.pid),
    unmount: () => unmount(child, path),
  };
}

/** For a run that is interrupted: a mount that is left behind must not serve the next. */
export function detachAll() {
  for (const path of standing) detach(path);
}

// Not every program tells when it serves, so the kernel's table is looked at, every millisecond for all.
async function mounted(child, path) {
  const deadline = performance.now() + DEADLINE_MS;
  while (!isMounted(path)) {
    if (child.exitCode !== null) throw new Error(`${child.spawnargs.join(' ')} ended with ${child.exitCode}`);
    if (performance.now() > deadline) throw new Error(`${child.spawnargs.join(' ')} did not mount in time`);
    await delay(1);
  }
}

async function unmount(child, path) {
  try {
    await end(child);
  } finally {
    detach(path);
  }
}

function detach(path) {
  if (isMounted(path)) execFileSync('umount', ['-l', path]);
  rmdirSync(path);
  standing.delete(path);
}

/** Rejects if it had to be killed. */
async function end(child) {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGINT');
  const timer = setTimeout(() => child.kill('SIGKILL'), DEADLINE_MS);
  const [, signal] = await exited;
  clearTimeout(timer);
  if (signal === 'SIGKILL') throw new Error(`${child.spawnargs.join(' ')} did not end in time`);
}

function isMounted(path) {
  return readFileSync('/proc/self/mountinfo', 'utf8').includes(` ${path} `);
}
