/**
 * A mount on a computer that sleeps: its process is stopped, and when it goes on hours have passed by the wall clock,
 * in which others may have taken its lock for that of a dead one.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { smallRepository, temporaryFolder } from './support/fixtures.ts';
import { isMounted, locksIn, type Mount, mount } from './support/mount.ts';
import { needs } from './support/require-tool.ts';
import { resticOutput, restics, systemRestic } from './support/restic.ts';

const SECOND = 1000;
const SOON = { timeout: 20 * SECOND };
const THREE_HOURS = 3 * 60 * 60 * SECOND;
const hook = join(import.meta.dirname, 'programs', 'wall-clock.cjs');

describe.each(restics)('beside $name, a mount', needs('root', 'restic', '/dev/fuse'), (restic) => {
  let repository: string;
  let ahead: string;
  beforeEach(async () => {
    repository = await smallRepository(restic);
    ahead = join(await temporaryFolder(), 'ahead');
  });

  test('that slept for hours renews its lock and serves on', async () => {
    const mounted = await mountHere();
    const before = locksIn(repository);
    await asleep(mounted, async () => {});
    await expect.poll(() => locksIn(repository), SOON).not.toEqual(before);
    await expect.poll(() => locksIn(repository), SOON).toHaveLength(1);
    const [lock] = locksIn(repository);
    const { pid } = JSON.parse(await resticOutput(restic, repository, ['cat', 'lock', lock!, '--no-lock']));
    expect(pid).toBe(mounted.pid);
    expect(await readNotes(mounted)).toBe('first\n');
    await mounted.unmount();
    expect(mounted.stderr()).toBe('');
    expect(mounted.events()).toEqual(['ready', 'lock-refreshed', 'unmounted']);
    expect(locksIn(repository)).toEqual([]);
  });

  test('whose lock was removed while it slept ends with 13 and says why', async () => {
    const mounted = await mountHere();
    await asleep(mounted, removeLocks);
    expect(await mounted.exited).toEqual([13, null]);
    expect(JSON.parse(mounted.stderr())).toMatchObject({
      message_type: 'exit_error',
      code: 13,
      message: expect.stringMatching(
        /^The lock could not be refreshed in time, .* was removed by somebody else/,
      ),
    });
    expect(mounted.events()).toEqual(['ready', 'lock-lost', 'unmounted']);
    expect(isMounted(mounted.path)).toBe(false);
    expect(locksIn(repository)).toEqual([]);
    await mounted.kill();
  });

  test('whose lock was removed while it slept serves on where it was told to', async () => {
    const mounted = await mountHere(['--on-lock-loss', 'continue']);
    await asleep(mounted, removeLocks);
    await expect.poll(mounted.events, SOON).toContain('lock-lost');
    expect(await readNotes(mounted)).toBe('first\n');
    expect(locksIn(repository)).toEqual([]);
    await mounted.unmount();
  });

  /** Runs `meanwhile` while the process is stopped. */
  async function asleep(mounted: Mount, meanwhile: () => Promise<unknown>): Promise<void> {
    process.kill(mounted.pid, 'SIGSTOP');
    await meanwhile();
    writeFileSync(ahead, String(THREE_HOURS));
    process.kill(mounted.pid, 'SIGCONT');
  }

  function mountHere(args: readonly string[] = []): Promise<Mount> {
    return mount(repository, { args, env: { NODE_OPTIONS: `--require "${hook}"`, WALL_CLOCK_AHEAD: ahead } });
  }

  function removeLocks(): Promise<string> {
    return resticOutput(restic, repository, ['unlock', '--remove-all']);
  }
});

test(
  'a mount that is stopped for a second answers afterwards, and keeps its lock',
  needs('root', 'restic', '/dev/fuse'),
  async () => {
    const repository = await smallRepository(systemRestic());
    const mounted = await mount(repository);
    const locks = locksIn(repository);
    process.kill(mounted.pid, 'SIGSTOP');
    const reader = spawn('cat', [join(mounted.path, 'snapshots/latest/notes')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let read = '';
    reader.stdout.on('data', (bytes) => (read += bytes));
    const closed = once(reader, 'close');
    await sleep(SECOND);
    expect(read).toBe('');
    process.kill(mounted.pid, 'SIGCONT');
    expect(await closed).toEqual([0, null]);
    expect(read).toBe('first\n');
    expect(locksIn(repository)).toEqual(locks);
    await mounted.unmount();
    expect(mounted.stderr()).toBe('');
  },
);

function readNotes({ path }: Mount): Promise<string> {
  return readFile(join(path, 'snapshots/latest/notes'), 'utf8');
}
