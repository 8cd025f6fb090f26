import { describe, expect, test } from 'vitest';
import { MemoryReporter } from '../../repo/testing/memory-reporter.ts';
import { realWait } from '../../wait.ts';
import type { MountOptions } from '../driver.ts';
import { MountError } from '../errors.ts';
import { takeDown } from '../take-down.ts';
import {
  type Entries,
  file,
  folder,
  type MemoryDirectory,
  memoryView,
  stuckContent,
  symlink,
} from '../testing/memory-view.ts';
import { createWinFspDriver, type WinFspDriverOptions } from './driver.ts';
import { FakeWinFsp } from './testing/fake-winfsp.ts';
import { VolumeClient } from './testing/volume-client.ts';
import { AccessRight, CreateOption, RequestKind } from './wire/constants.ts';
import { NtStatus } from './wire/nt-status.ts';

const never = new AbortController().signal;

async function mount(
  root = folder({ file: file('content') }),
  how: Partial<MountOptions> = {},
  options: Partial<WinFspDriverOptions> = {},
  winfsp = new FakeWinFsp(),
) {
  const reporter = new MemoryReporter();
  const { warnings } = reporter;
  const timers: (() => void)[] = [];
  const schedule = (callback: () => void) => {
    timers.push(callback);
    return () => {};
  };
  const driver = createWinFspDriver({ reporter, load: async () => winfsp, schedule, ...options });
  const mounted = await driver.mount(
    memoryView(root),
    { mountpoint: 'X:', source: 'snapmount:test', allowOther: false, defaultPermissions: true, ...how },
    how.source === 'aborted' ? AbortSignal.abort(new Error('stopped')) : never,
  );
  return { winfsp, mounted, warnings, timers, client: new VolumeClient(winfsp) };
}

describe('a mount through WinFsp', () => {
  test('answers before it is mounted, and ends in the order in which nothing hangs', async () => {
    const { winfsp, mounted } = await mount();
    await mounted.unmount({ detach: false });
    expect(winfsp.steps.at(-1)).toBe('unmount');
    await mounted.closed;
    expect(winfsp.steps).toEqual([
      'preflight X:',
      'dispatch 2',
      'mount X:',
      'unmount',
      'stop',
      'delete',
      'close security',
    ]);
    expect(winfsp.violations).toEqual([]);
  });

  test('ends once, however often that is asked for', async () => {
    const { winfsp, mounted } = await mount();
    await Promise.all([
      mounted.unmount({ detach: true }),
      mounted.unmount({ detach: false }),
      mounted.closed,
    ]);
    mounted.abort();
    await mounted.unmount({ detach: false });
    expect(winfsp.steps.filter((step) => step === 'unmount')).toHaveLength(1);
    expect(winfsp.steps.filter((step) => step === 'delete')).toHaveLength(1);
  });

  test('gives an error, after some time, for what does not come and no program waits for', async () => {
    const content = stuckContent(10);
    const { winfsp, mounted, client, timers } = await mount(folder({ stuck: file(content) }));
    const { handle } = await client.open('\\stuck');
    const read = client.read(handle, 0, 10).catch((problem) => problem.status);
    await content.begun;
    await client.letGo(handle);
    await mounted.unmount({ detach: false });
    await turn();
    expect(winfsp.steps.at(-1)).toBe('unmount');
    for (const ring of timers) ring();
    await mounted.closed;
    expect(await read).toBe(NtStatus.Cancelled);
    expect(content.waiting).toBe(0);
    expect(winfsp.violations).toEqual([]);
  });

  test('gives it at once when it is aborted', async () => {
    const content = stuckContent(10);
    const { winfsp, mounted, client } = await mount(folder({ stuck: file(content) }));
    const { handle } = await client.open('\\stuck');
    const read = client.read(handle, 0, 10).catch((problem) => problem.status);
    await content.begun;
    mounted.abort();
    expect(await read).toBe(NtStatus.Cancelled);
    await mounted.closed;
    expect(winfsp.violations).toEqual([]);
  });

  test('fails when the driver of WinFsp goes away, and leaves nothing', async () => {
    const { winfsp, mounted } = await mount();
    winfsp.breakDown();
    await expect(mounted.closed).rejects.toThrow(
      'WinFsp ended the mount: its driver was stopped or replaced',
    );
    expect(winfsp.steps.slice(-3)).toEqual(['stop', 'delete', 'close security']);
  });

  test('fails also when that goes away while it is being mounted', async () => {
    const winfsp = new FakeWinFsp();
    const createVolume = winfsp.createVolume.bind(winfsp);
    winfsp.createVolume = (parameters, events) => {
      const volume = createVolume(parameters, events);
      const setMountpoint = (mountpoint: string) => {
        winfsp.breakDown();
        return volume.setMountpoint(mountpoint);
      };
      return { ...volume, setMountpoint };
    };
    const { mounted } = await mount(undefined, {}, {}, winfsp);
    await expect(mounted.closed).rejects.toThrow('its driver was stopped or replaced');
    expect(winfsp.steps.slice(-3)).toEqual(['stop', 'delete', 'close security']);
  });

  test('tells the letter that was chosen', async () => {
    const { winfsp, mounted } = await mount(undefined, { mountpoint: '*' });
    expect(winfsp.steps[0]).toBe('preflight *:');
    expect(mounted).toHaveProperty('mountpoint', 'X:');
    await mounted.unmount({ detach: false });
  });

  test('has the same serial number for the same repository', async () => {
    const serials = [];
    for (const source of ['snapmount:a', 'snapmount:a', 'snapmount:b']) {
      const { winfsp, mounted } = await mount(undefined, { source });
      serials.push(Buffer.from(winfsp.parameters!).readUInt32LE(16));
      await mounted.unmount({ detach: false });
    }
    expect(serials[0]).toBe(serials[1]);
    expect(serials[0]).not.toBe(serials[2]);
  });

  test('shows the security descriptors that the backup holds where that was chosen, and else its own', async () => {
    const root = folder({
      stored: file('', { facts: { securityDescriptor: Buffer.from('stored') } }),
      'too large': file('', { facts: { securityDescriptor: Buffer.alloc(20_000) } }),
      none: file(''),
    });
    for (const showsStoredSecurity of [false, true]) {
      const { client, mounted } = await mount(root, {}, { showsStoredSecurity });
      const shown: string[] = [];
      for (const name of ['stored', 'too large', 'none']) {
        const { handle } = await client.open(`\\${name}`);
        shown.push((await client.security(handle)).toString());
        await client.close(handle);
      }
      expect(shown).toEqual([showsStoredSecurity ? 'stored' : 'descriptor', 'descriptor', 'descriptor']);
      await mounted.unmount({ detach: false });
    }
  });

  test('lets no file be run where that was forbidden, and folders be gone through', async () => {
    const root = folder({ program: file(''), folder: folder({}) });
    const { client, mounted } = await mount(root, { noExec: true });
    const access = AccessRight.Execute | AccessRight.ReadData;
    await expect(client.open('\\program', { access })).rejects.toMatchObject({
      status: NtStatus.AccessDenied,
    });
    const program = await client.open('\\program', { access: AccessRight.MaximumAllowed });
    expect(program.granted).toBe(0x12_0089);
    await client.close(program.handle);
    expect((await client.open('\\folder', { access })).granted).toBe(access);
    await mounted.unmount({ detach: false });
  });

  test('belongs to the user, and to all only when that is asked for', async () => {
    for (const allowOther of [false, true]) {
      const { winfsp, mounted } = await mount(undefined, { allowOther });
      expect(winfsp.sharedWithOthers).toBe(allowOther);
      await mounted.unmount({ detach: false });
    }
  });
});

describe('a mount through WinFsp that is in use', () => {
  test('goes on until no program has a file open, whatever Windows still keeps of it', async () => {
    const { winfsp, mounted, client } = await mount();
    const first = await client.open('\\file');
    const second = await client.open('\\FILE');
    for (const handle of [first.handle, second.handle]) {
      await expect(mounted.unmount({ detach: false })).rejects.toMatchObject({ code: 'busy' });
      expect((await client.read(handle, 0, 7)).toString()).toBe('content');
      await client.letGo(handle);
    }
    expect(winfsp.phase).toBe('mounted');
    await mounted.unmount({ detach: false });
    await mounted.closed;
    expect(winfsp.violations).toEqual([]);
  });

  test('is not kept from its end by open folders, links that are looked at, or an opening that Windows refused', async () => {
    const root = folder({ file: file('content'), link: symlink('file'), folder: folder({}) });
    const { winfsp, mounted, client } = await mount(root);
    await client.open('\\');
    await client.open('\\folder');
    await client.open('\\link', { options: CreateOption.OpenReparsePoint });
    const { handle } = await client.open('\\file');
    await client.ask(RequestKind.Close, (request) => request.writeBigUInt64LE(handle, 24));
    await mounted.unmount({ detach: false });
    await mounted.closed;
    expect(winfsp.violations).toEqual([]);
  });

  test('names the programs that use it, once each', async () => {
    const { winfsp, mounted, client } = await mount();
    winfsp.processNames.set(40, 'robocopy.exe').set(8, 'notepad.exe');
    await client.open('\\', { process: 4 });
    for (const process of [40, 8, 40, 0, 44]) await client.open('\\file', { process });
    expect(await mounted.users()).toEqual([
      { pid: 8, name: 'notepad.exe' },
      { pid: 40, name: 'robocopy.exe' },
      { pid: 44, name: '?' },
    ]);
    winfsp.processName = () => Promise.reject(new Error('no koffi'));
    expect(await mounted.users()).toEqual([]);
    mounted.abort();
    await mounted.closed;
  });

  test('is taken down as on Linux: people are told who uses it, and asking again ends it at once', async () => {
    for (const asksAgain of [false, true]) {
      const { winfsp, mounted, client } = await mount();
      winfsp.processNames.set(40, 'robocopy.exe');
      const { handle } = await client.open('\\file', { process: 40 });
      const second = new AbortController();
      const reporter = new MemoryReporter();
      const stop = { first: AbortSignal.abort(), second: second.signal };
      const down = takeDown(mounted, { stop, lost: never, reporter, wait: realWait });
      while (reporter.warnings.length === 0) await turn();
      expect(reporter.warnings).toEqual([
        'X: is in use by robocopy.exe (PID 40): it is detached now and ends when the last program closes its files; stop once more to end it at once',
      ]);
      expect((await client.read(handle, 0, 7)).toString()).toBe('content');
      if (asksAgain) second.abort();
      else await client.letGo(handle);
      await down;
      expect(winfsp.steps.at(-1)).toBe('close security');
      expect(winfsp.violations).toEqual([]);
    }
  });

  test('is detached at once, opens nothing more, and serves what is open until the last is closed', async () => {
    const { winfsp, mounted, client } = await mount();
    const handles = [await client.open('\\file'), await client.open('\\file')].map(({ handle }) => handle);
    await mounted.unmount({ detach: true });
    expect(winfsp.phase).toBe('unmounted');
    const status = NtStatus.VolumeDismounted;
    for (const path of ['\\file', '\\', '\\nothing']) {
      await expect(client.open(path)).rejects.toMatchObject({ status });
    }
    for (const handle of handles) {
      await turn();
      expect(winfsp.phase).toBe('unmounted');
      expect((await client.read(handle, 2, 5)).toString()).toBe('ntent');
      expect((await client.information(handle)).size).toBe(7);
      await client.close(handle);
    }
    await mounted.closed;
    expect(winfsp.violations).toEqual([]);
  });

  test('serves at its end a file that was being opened when it began', async () => {
    const { directory, goOn } = slowFolder({ file: file('content') });
    const { winfsp, mounted, client } = await mount(directory);
    const opening = client.open('\\file');
    await mounted.unmount({ detach: false });
    goOn();
    const { handle } = await opening;
    expect((await client.read(handle, 0, 7)).toString()).toBe('content');
    await client.close(handle);
    await mounted.closed;
    expect(winfsp.violations).toEqual([]);
  });

  test('waits at its end for what Windows reads by itself', async () => {
    const { winfsp, mounted, client } = await mount();
    const { handle } = await client.open('\\file');
    await client.letGo(handle);
    const read = client.read(handle, 0, 7);
    await mounted.unmount({ detach: false });
    expect((await read).toString()).toBe('content');
    await mounted.closed;
    expect(winfsp.violations).toEqual([]);
  });

  test('ends at once by an abort, also when it was detached before', async () => {
    for (const isDetached of [false, true]) {
      const { winfsp, mounted, client } = await mount();
      const { handle } = await client.open('\\file');
      if (isDetached) await mounted.unmount({ detach: true });
      mounted.abort();
      await expect(client.read(handle, 0, 7)).rejects.toMatchObject({ status: NtStatus.VolumeDismounted });
      await mounted.closed;
      expect(winfsp.violations).toEqual([]);
    }
  });
});

/** A root whose entries are found only when it may go on. */
function slowFolder(entries: Entries): { directory: MemoryDirectory; goOn: () => void } {
  const directory = folder(entries);
  const list = directory.list.bind(directory);
  let goOn = (): void => {};
  const may = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  directory.list = async (signal) => {
    await may;
    return list(signal);
  };
  return { directory, goOn };
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe('what cannot be mounted leaves nothing', () => {
  test.each<[string, (winfsp: FakeWinFsp) => void, Partial<MountOptions>, string, RegExp, string[]]>([
    [
      'a folder that is no path',
      () => {},
      { mountpoint: 'backup' },
      'failed',
      /"backup": use a drive letter/,
      [],
    ],
    [
      'an old WinFsp',
      (winfsp) => {
        winfsp.version = { major: 1, minor: 12 };
      },
      {},
      'unavailable',
      /WinFsp 1\.12 is too old, 2\.0 is needed/,
      [],
    ],
    [
      'a letter in use',
      (winfsp) => {
        winfsp.statuses.preflight = NtStatus.ObjectNameCollision | 0;
      },
      {},
      'busy',
      /"X:": it is in use/,
      ['preflight X:'],
    ],
    [
      'a driver that does not run',
      (winfsp) => {
        winfsp.statuses.preflight = NtStatus.NoSuchDevice | 0;
      },
      {},
      'unavailable',
      /driver does not run/,
      ['preflight X:'],
    ],
    [
      'a dispatcher that does not start',
      (winfsp) => {
        winfsp.statuses.dispatcher = NtStatus.InsufficientResources | 0;
      },
      {},
      'failed',
      /0xc000009a at the step "dispatcher"/,
      ['preflight X:', 'dispatch 2', 'unmount', 'stop', 'delete', 'close security'],
    ],
    [
      'a folder whose parent is not there',
      (winfsp) => {
        winfsp.statuses.mountpoint = NtStatus.ObjectPathNotFound | 0;
      },
      { mountpoint: 'C:\\no\\mnt' },
      'failed',
      /its folder must be there/,
      [
        'preflight C:\\no\\mnt',
        'dispatch 2',
        'mount C:\\no\\mnt',
        'unmount',
        'stop',
        'delete',
        'close security',
      ],
    ],
  ])('%s', async (_what, prepare, how, code, message, steps) => {
    const winfsp = new FakeWinFsp();
    prepare(winfsp);
    const problem = await mount(undefined, how, {}, winfsp).catch((error: unknown) => error);
    expect(problem).toBeInstanceOf(MountError);
    expect((problem as MountError).code).toBe(code);
    expect((problem as MountError).message).toMatch(message);
    expect(winfsp.steps).toEqual(steps);
    expect(winfsp.violations).toEqual([]);
  });

  test('an aborted one', async () => {
    await expect(mount(undefined, { source: 'aborted' })).rejects.toThrow('stopped');
  });

  test('but an unsafe WinFsp is warned of, and serves', async () => {
    const winfsp = new FakeWinFsp();
    winfsp.version = { major: 2, minor: 1 };
    const { warnings, mounted } = await mount(undefined, {}, {}, winfsp);
    expect(warnings).toEqual([expect.stringMatching(/^WinFsp 2\.1 has known holes .* install 2\.2/)]);
    await mounted.unmount({ detach: false });
  });
});
