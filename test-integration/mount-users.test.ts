/** Who uses a mount: found by what the kernel tells of each process, without asking the mount. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { file, folder } from '../src/mount/testing/memory-view.ts';
import { endMemoryMounts, type MemoryMount, mountMemory } from './support/memory-mount.ts';
import { needs } from './support/require-tool.ts';
import { scriptOutput } from './support/run.ts';

const READY = 'echo ready; exec sleep 60';

describe('the users of a mount', needs('root', '/dev/fuse', 'ldd'), () => {
  let program: Buffer;
  let library: Buffer;
  beforeAll(async () => {
    program = readFileSync((await scriptOutput('realpath "$(type -p sleep)"')).trim());
    const found = await scriptOutput(`ldd "$(type -p bash)" | sed -n 's/.*tinfo.* => \\([^ ]*\\) .*/\\1/p'`);
    library = readFileSync(found.trim());
  });

  const children: ChildProcess[] = [];
  afterEach(async () => {
    for (const child of children.splice(0)) {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    }
    await endMemoryMounts();
  });

  test.each<[who: string, script: string]>([
    ['a shell with its folder there', `cd "$1/folder"; ${READY}`],
    ['a shell with the mount itself as its folder', `cd "$1"; ${READY}`],
    ['a program with an open file', `exec 7< "$1/notes"; ${READY}`],
    ['a program with an open folder', `exec 7< "$1/folder"; ${READY}`],
    ['a program that has mapped a file', 'echo ready; LD_PRELOAD="$1/library" exec sleep 60'],
  ])('are told: %s', async (_, script) => {
    const mounted = await mountAll();
    const child = await start(script, mounted.path);
    await expect.poll(() => mounted.users()).toEqual([{ pid: child.pid, name: 'sleep' }]);
    await expect(mounted.unmount({ detach: false })).rejects.toMatchObject({ code: 'busy' });
  });

  test('are told: a program that lies there', async () => {
    const mounted = await mountAll();
    const child = await start(`echo ready; exec "$1/program" 60`, mounted.path);
    await expect.poll(() => mounted.users()).toEqual([{ pid: child.pid, name: 'program' }]);
  });

  test('are several, by number, and none that uses the folder below or beside', async () => {
    const mounted = await mountAll();
    const first = await start(`cd "$1"; ${READY}`, mounted.path);
    await start(`cd "$1/.."; ${READY}`, mounted.path);
    const second = await start(`cd "$1/folder"; ${READY}`, mounted.path);
    const users = [first, second].map(({ pid }) => ({ pid, name: 'sleep' }));
    await expect.poll(() => mounted.users()).toEqual(users.sort((a, b) => a.pid! - b.pid!));
  });

  test('are none: this process, which serves it, is not named', async () => {
    expect(await (await mountAll()).users()).toEqual([]);
  });

  /** By a shell: what this process starts itself would be waited for, and nobody would answer it. */
  async function start(script: string, path: string): Promise<ChildProcess> {
    const child = spawn('bash', ['-ec', script, 'bash', path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    await once(child.stdout, 'data');
    return child;
  }

  function mountAll(): Promise<MemoryMount> {
    return mountMemory(
      folder({
        folder: folder({}),
        notes: file('notes'),
        program: file(program, { mode: 0o755 }),
        library: file(library, { mode: 0o755 }),
      }),
    );
  }
});
