/** Programs that are caught at the moment when they hold a lock: right after writing it they look for others a while. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { locksIn } from './mount.ts';
import { CLEAN_ENVIRONMENT, PASSWORD } from './restic.ts';

export interface LockHolder {
  readonly child: ChildProcess;
  readonly pid: number;
  /** The name of its lock file. */
  readonly lock: string;
  /** By SIGKILL; the lock stays. */
  kill(): Promise<void>;
}

/** Resolves when the program has written its lock into a repository that has no other. */
export async function startLockHolder(
  repository: string,
  program: string,
  args: readonly string[],
): Promise<LockHolder> {
  const folder = join(repository, 'locks');
  await mkdir(folder, { recursive: true });
  const watcher = watch(folder);
  const child = spawn(program, args, {
    env: { ...process.env, ...CLEAN_ENVIRONMENT, RESTIC_PASSWORD: PASSWORD },
    stdio: 'ignore',
  });
  const exited = once(child, 'exit');
  await once(watcher, 'change');
  watcher.close();
  const complete = () => locksIn(repository).find((name) => /^[0-9a-f]{64}$/.test(name));
  await expect.poll(complete, { timeout: 10_000, interval: 1 }).toBeDefined();
  return {
    child,
    pid: child.pid!,
    lock: complete()!,
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
