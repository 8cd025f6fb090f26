/** What `mount --json` tells while it lives. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { smallRepository, temporaryFolder } from './support/fixtures.ts';
import { isMounted, locksIn, snapmountProgram } from './support/mount.ts';
import { needs } from './support/require-tool.ts';
import { resticOutput, systemRestic } from './support/restic.ts';
import { ENVIRONMENT, snapmount } from './support/snapmount.ts';

describe('mount --json', needs('root', 'restic', '/dev/fuse'), () => {
  let repository: string;
  let mountpoint: string;
  beforeEach(async () => {
    repository = await smallRepository(systemRestic());
    mountpoint = await temporaryFolder();
  });

  function start(): { child: ChildProcess; events: () => Record<string, unknown>[] } {
    const child = spawn(
      process.execPath,
      [snapmountProgram, '-r', repository, 'mount', '--json', mountpoint],
      {
        env: { ...process.env, ...ENVIRONMENT },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    const parse = (line: string): Record<string, unknown> => JSON.parse(line);
    return { child, events: () => said.split('\n').slice(0, -1).map(parse) };
  }

  test('tells of snapshots that came, and why it ended', async () => {
    const { child, events } = start();
    const closed = once(child, 'close');
    await expect.poll(events, { timeout: 20_000 }).toHaveLength(1);
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'new'), '');
    await resticOutput(systemRestic(), repository, ['backup', '--host', 'elsewhere', 'new'], { cwd: folder });
    const look = async () => {
      await readdir(join(mountpoint, 'ids'));
      return events();
    };
    await expect.poll(look, { timeout: 20_000 }).toHaveLength(2);
    child.kill('SIGTERM');
    expect(await closed).toEqual([0, null]);
    expect(events()).toEqual([
      { message_type: 'ready', mountpoint },
      { message_type: 'snapshots-changed', added: 1, removed: 0, total: 2 },
      { message_type: 'unmounted', mountpoint, reason: 'stopped' },
    ]);
  });

  test('tells that it was not used', async () => {
    const { code, stdout } = await snapmount([
      '-r',
      repository,
      'mount',
      '--json',
      '--idle',
      '1s',
      mountpoint,
    ]);
    expect(code).toBe(0);
    expect(stdout.split('\n')[1]).toBe(
      JSON.stringify({ message_type: 'unmounted', mountpoint, reason: 'idle' }),
    );
    expect(isMounted(mountpoint)).toBe(false);
    expect(locksIn(repository)).toEqual([]);
  });
});
