/** A mount of Windows, served by a process of its own: however it ends, nothing of it stays. Under Wine. */

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { VolumeClient } from '../src/mount/winfsp/testing/volume-client.ts';
import { smallRepository } from './support/fixtures.ts';
import { locksIn } from './support/mount.ts';
import { needs } from './support/require-tool.ts';
import { PASSWORD, systemRestic } from './support/restic.ts';
import { CLOSE, CTRL_C } from './support/terminal.ts';
import {
  installSnapmount,
  mountOnWindows,
  processesOnWindows,
  snapmountAtConsole,
  snapmountOnWindows,
  startSnapmount,
} from './support/windows/snapmount.ts';
import {
  endDesktop,
  endWine,
  installStandIn,
  logOff,
  WINE_NEEDS,
  windowsPath,
} from './support/windows/wine.ts';

const NOTHING_WRONG = { unanswered: 0, unknown: 0, malformed: 0, twice: 0, guarded: 0 };
const FILE = '\\snapshots\\latest\\folder\\file';

describe('a mount on Windows, under Wine', needs('restic', ...WINE_NEEDS), () => {
  let repository: string;
  let location: string;

  beforeAll(async () => {
    await installStandIn();
    installSnapmount();
    repository = await smallRepository(systemRestic());
    location = windowsPath(repository);
  });
  afterEach(async () => {
    await expect.poll(processesOnWindows, { timeout: 20_000 }).toEqual([]);
    expect(locksIn(repository), 'locks').toEqual([]);
  });
  afterAll(endWine);

  test('ends by umount, which returns when its lock is gone', async () => {
    const mount = await mountOnWindows(location, 'X:');
    expect(locksIn(repository)).toHaveLength(1);
    expect(await (await mount.client()).readFile(FILE)).toEqual(Buffer.from('the file\n'));
    expect(await snapmountOnWindows(['umount', 'x:\\'])).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(locksIn(repository)).toEqual([]);
    expect(await mount.ended).toBe(0);
    expect(mount.events().at(-1)).toEqual({
      message_type: 'unmounted',
      mountpoint: 'X:',
      reason: 'unmounted',
    });
    expect(mount.report()).toMatchObject(NOTHING_WRONG);
  });

  test('does not end by umount while a file is open, unless that is told not to wait for it', async () => {
    const mount = await mountOnWindows(location, 'X:');
    const client = await mount.client();
    const { handle } = await client.open(FILE);
    const refused = await snapmountOnWindows(['umount', 'X:']);
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /^snapmount: The mount at "X:" is in use( by .* \(PID \d+\))?: close the files that are open there, or unmount with --lazy\n$/,
      ),
    });
    const lazy = startSnapmount(['umount', '--lazy', 'X:']);
    await lazy.until((said) => (said.includes('which serves those who still use') ? true : undefined));
    expect((await client.read(handle, 0, 100)).toString()).toBe('the file\n');
    await client.letGo(handle);
    expect(await lazy.ended).toBe(0);
    expect(await mount.ended).toBe(0);
    expect(mount.report()).toMatchObject(NOTHING_WRONG);
  });

  test.each([['Y:'], ['C:\\nothing\\here'], ['*']])('is not at %s, says umount', async (place) => {
    const { code, stderr } = await snapmountOnWindows(['umount', place]);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `snapmount: No mount of this user's snapmount is at "${place}"\n`,
    });
  });

  test('ends in order when the process that people started is killed', async () => {
    const mount = await mountOnWindows(location, 'X:');
    const [server] = processesOnWindows().filter((pid) => pid !== mount.child.pid);
    expect(server).toBeDefined();
    mount.child.kill('SIGKILL');
    await mount.ended;
    await expect.poll(processesOnWindows, { timeout: 20_000 }).toEqual([]);
    expect(mount.report()).toMatchObject(NOTHING_WRONG);
  });

  test('has its end told, with exit code 1, when the process that serves it crashes', async () => {
    const mount = await mountOnWindows(location, 'X:');
    for (const pid of processesOnWindows()) if (pid !== mount.child.pid) process.kill(pid, 'SIGKILL');
    expect(await mount.ended).toBe(1);
    expect(mount.stderr()).toMatch(
      /^{"message_type":"exit_error".*The process that serves the mount ended by/,
    );
    // As after any crash, its lock stays until the next run on this host.
    expect(await snapmountOnWindows(['unlock', '-r', location])).toMatchObject({ code: 0 });
  });

  test('in the background: mount returns when it serves, umount when it has ended', async () => {
    const daemon = startSnapmount(['mount', '--daemon', '-r', location, 'X:']);
    expect(await daemon.ended).toBe(0);
    expect(daemon.stdout()).toMatch(/^Now serving the repository at X:\n.*\n.*`snapmount umount`.*\n$/);
    const device = await daemon.device();
    device.close();
    expect(locksIn(repository)).toHaveLength(1);
    const ended = await snapmountOnWindows(['umount', '--json', 'X:']);
    expect(ended).toEqual({
      code: 0,
      stdout: '{"message_type":"unmounted","mountpoint":"X:"}\n',
      stderr: '',
    });
    expect(locksIn(repository)).toEqual([]);
    expect(daemon.report()).toMatchObject(NOTHING_WRONG);
  });

  test.each([
    ['in the foreground', []],
    ['in the background', ['--daemon']],
  ])('that cannot be made %s gives its line and code', async (_, args) => {
    const env = { RESTIC_PASSWORD: 'wrong' };
    const { code, stdout, stderr } = await snapmountOnWindows(['mount', ...args, '-r', location, 'X:'], {
      env,
    });
    expect({ code, stdout }).toEqual({ code: 12, stdout: '' });
    expect(stderr).toMatch(/^snapmount: Wrong password.*\n$/);
  });

  test('for a command: it has the mount, its output and exit code count', async () => {
    const command = 'echo at "%SNAPMOUNT_MOUNTPOINT%" & exit /b 7';
    const { code, stdout, stderr } = await snapmountOnWindows([
      ...['mount', '-r', location, '--exec', command, '*'],
    ]);
    expect({ code, stdout, stderr }).toEqual({ code: 7, stdout: 'at "Z:" \r\n', stderr: '' });
  });

  test('that is unmounted under its command ends that, with all that it has started', async () => {
    const mount = startSnapmount([
      'mount',
      '-r',
      location,
      '--exec',
      'echo begun & ping -n 100 127.0.0.1',
      'X:',
    ]);
    await mount.until((said) => (said.includes('begun') ? true : undefined));
    expect(await snapmountOnWindows(['umount', 'X:'])).toMatchObject({ code: 0 });
    expect(await mount.ended).toBe(1);
    expect(mount.stderr()).toBe('snapmount: "X:" was unmounted by somebody else while the command ran\n');
  });

  test.each([
    ['in the foreground', []],
    ['in the background', ['--daemon']],
  ])('ends when the user logs off, while a file is open: %s', async (_, args) => {
    const mount = startSnapmount(['mount', ...args, '-r', location, 'X:']);
    await mount.until((said) => (said.includes('Browse') ? true : undefined));
    const client = new VolumeClient(await mount.device());
    await client.open(FILE);
    await logOff();
    // Logging off waits for it: processes that did not end by themselves are killed then.
    expect(locksIn(repository)).toEqual([]);
    await mount.ended;
    expect(mount.report()).toMatchObject(NOTHING_WRONG);
    await endDesktop();
  });

  test('at a console: asks for the password, again where it was wrong, and ends by Ctrl-C', async () => {
    const { code, stdout } = await snapmountAtConsole(
      ['mount', '-r', location, 'X:'],
      [
        { once: 'enter password', types: 'wrong\r' },
        { once: 'enter password', types: `${PASSWORD}\r` },
        { once: 'Press Ctrl-C', types: CTRL_C },
      ],
      { RESTIC_PASSWORD: undefined },
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/Wrong password.*Now serving the repository at X:.*Unmounting/s);
    expect(stdout).not.toContain(PASSWORD);
  });

  test('at a console: ends by Ctrl-C before it serves, with 130', async () => {
    const { code, stdout } = await snapmountAtConsole(
      ['mount', '-r', location, 'X:'],
      [{ once: 'enter password', types: CTRL_C }],
      { RESTIC_PASSWORD: undefined },
    );
    expect(code).toBe(130);
    expect(stdout).toMatch(/snapmount: Interrupted by (SIGINT|Ctrl-C)/);
  });

  test('at a console: Ctrl-C reaches the command of --exec by itself, and the mount ends after it', async () => {
    const { code, stdout } = await snapmountAtConsole(
      ['mount', '-r', location, '--exec', 'ping -n 100 127.0.0.1', 'X:'],
      [{ once: '127.0.0.1', types: CTRL_C }],
    );
    expect(stdout).toContain('Waiting for the command');
    // Wine's shell ends with this code then, that of Windows with the command's.
    expect(code).toBe(0);
  });

  test('at a console: ends in order when the window is closed', async () => {
    await snapmountAtConsole(['mount', '-r', location, 'X:'], [{ once: 'Press Ctrl-C', types: CLOSE }]);
  });
});
