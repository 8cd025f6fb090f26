// Who takes part: how each program mounts a repository, and how a mount is measured and ended. Both run as people
// run them, with their lock and their cache.

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { PASSWORD } from './data.mjs';
import { usageOfTree } from './process-tree.mjs';

const snapmount = fileURLToPath(new URL('../../bin/snapmount.cjs', import.meta.url));
const MOUNT_DEADLINE_MS = 120_000;
const paths = new Set();

export const contenders = [
  contender('restic', [process.env.RESTIC ?? 'restic'], ['version']),
  contender('snapmount', [process.execPath, snapmount], ['--version']),
];

function contender(name, [program, ...args], versionArgs) {
  return {
    name,
    version: () => execFileSync(program, [...args, ...versionArgs], { encoding: 'utf8' }).trim(),
    mount: (repository) => mount(program, [...args, 'mount', '-q', '-r', repository.path], repository),
    mounted: () => [...paths],
  };
}

/** Resolves, with the seconds it took, once `snapshots/latest` can be listed. */
async function mount(program, args, repository) {
  const path = mkdtempSync(join(tmpdir(), 'snapmount-bench-'));
  paths.add(path);
  const env = { ...process.env, RESTIC_PASSWORD: PASSWORD, RESTIC_CACHE_DIR: repository.cache };
  const start = performance.now();
  const child = spawn(program, [...args, path], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const said = [];
  child.stderr.on('data', (data) => said.push(data));
  try {
    await mounted(child, path);
    readdirSync(join(path, 'snapshots/latest/'));
  } catch (error) {
    await unmount(child, path);
    throw new Error(`${error.message}: ${Buffer.concat(said)}`);
  }
  const seconds = (performance.now() - start) / 1000;
  return { path, seconds, usage: () => usageOfTree(child.pid), unmount: () => unmount(child, path) };
}

// restic tells nobody when it serves, so the kernel's table is looked at, every millisecond for both.
async function mounted(child, path) {
  const deadline = performance.now() + MOUNT_DEADLINE_MS;
  while (!isMounted(path)) {
    if (child.exitCode !== null) throw new Error(`${child.spawnargs.join(' ')} ended with ${child.exitCode}`);
    if (performance.now() > deadline) throw new Error(`${child.spawnargs.join(' ')} did not mount in time`);
    await delay(1);
  }
}

async function unmount(child, path) {
  if (child.exitCode === null) {
    const exited = once(child, 'exit');
    child.kill('SIGINT');
    await exited;
  }
  if (isMounted(path)) execFileSync('umount', ['-l', path]);
  rmdirSync(path);
  paths.delete(path);
}

function isMounted(path) {
  return readFileSync('/proc/self/mountinfo', 'utf8').includes(` ${path} `);
}
