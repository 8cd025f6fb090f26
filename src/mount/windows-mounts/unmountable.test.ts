import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import type { MountDriver, Mounted } from '../driver.ts';
import { MountError } from '../errors.ts';
import type { View } from '../node.ts';
import { askToUnmount } from './ask-to-unmount.ts';
import { unmountableByOthers } from './unmountable.ts';

const folder = mkdtempSync(join(tmpdir(), 'snapmount-pipe-'));
afterAll(() => rmSync(folder, { recursive: true }));
let pipes = 0;
const never = new AbortController().signal;

/** One that a program uses until `leave`. On POSIX systems Node's pipes are sockets, which behave alike. */
async function mountAt(pipe: string | Error = join(folder, String(pipes++))) {
  let isUsed = true;
  let end = () => {};
  const closed = new Promise<void>((fulfil) => {
    end = fulfil;
  });
  const mounted: Mounted = {
    mountpoint: 'X:',
    closed,
    accesses: 0,
    users: async () => [{ pid: 7, name: 'robocopy.exe' }],
    mountsBelow: async () => [],
    abort: () => end(),
    unmount: async ({ detach }) => {
      if (isUsed && !detach) throw new MountError('busy', 'a file is open');
      if (!isUsed) end();
      await closed;
    },
  };
  const inner: MountDriver = { mount: async () => mounted };
  const warn = vi.fn();
  const reporter = { warn, note: () => {}, detail: () => {}, progress: () => {} };
  const pipeOf = (mountpoint: string) => {
    expect(mountpoint).toBe('X:');
    if (pipe instanceof Error) throw pipe;
    return pipe;
  };
  const driver = unmountableByOthers(inner, pipeOf, reporter);
  const options = { mountpoint: '*', source: 'test', allowOther: false, defaultPermissions: false };
  expect(await driver.mount({} as View, options, never)).toBe(mounted);
  return {
    pipe: String(pipe),
    mounted,
    warn,
    leave: () => {
      isUsed = false;
    },
  };
}

describe('a mount that others can end', () => {
  test('says which process serves it, and refuses while it is in use', async () => {
    const { pipe, mounted } = await mountAt();
    const asked = await askToUnmount(pipe, { unmount: 'now' }, never);
    expect(asked?.pid).toBe(process.pid);
    await expect(asked?.ended).rejects.toMatchObject({ code: 'busy', message: ' by robocopy.exe (PID 7)' });
    mounted.abort();
  });

  test('ends when it is asked to, and nobody can ask any more', async () => {
    const { pipe, mounted, leave } = await mountAt();
    leave();
    const stop = new AbortController();
    const asked = await askToUnmount(pipe, { unmount: 'now' }, stop.signal);
    await mounted.closed;
    await expect.poll(() => askToUnmount(pipe, { unmount: 'now' }, never)).toBeUndefined();
    // Its process goes on, for all that is to be done after the mount: that is waited for.
    stop.abort(new Error('enough'));
    await expect(asked?.ended).rejects.toThrow('enough');
  });

  test('is told whether programs may go on using it', async () => {
    const { pipe, mounted } = await mountAt();
    const unmount = vi.spyOn(mounted, 'unmount');
    const stop = new AbortController();
    const asked = await askToUnmount(pipe, { unmount: 'lazy' }, stop.signal);
    await expect.poll(() => unmount.mock.calls).toEqual([[{ detach: true }]]);
    stop.abort(new Error('enough'));
    await expect(asked?.ended).rejects.toThrow('enough');
    mounted.abort();
  });

  test.each([['GET / HTTP/1.1\r\n\r\n'], ['x'.repeat(10_000)], ['{"unmount":"whatever"}\n']])(
    'hangs up on who sends %.20j',
    async (text) => {
      const { pipe, mounted } = await mountAt();
      const unmount = vi.spyOn(mounted, 'unmount');
      const socket = connect(pipe);
      socket.on('error', () => {});
      const closed = new Promise((fulfil) => socket.once('close', fulfil));
      socket.resume().write(text);
      await closed;
      expect(unmount).not.toHaveBeenCalled();
      mounted.abort();
    },
  );

  test('goes on without a pipe where there is one already, and says so', async () => {
    const first = await mountAt();
    const second = await mountAt(first.pipe);
    expect(second.warn).toHaveBeenCalledWith(expect.stringMatching(/umount.*\(EADDRINUSE\)/));
    expect(first.warn).not.toHaveBeenCalled();
    first.mounted.abort();
    second.mounted.abort();
  });

  test('goes on without a pipe where its name is not known, and says so', async () => {
    const { mounted, warn } = await mountAt(new Error('no user'));
    expect(warn).toHaveBeenCalledWith(expect.stringMatching(/umount.*\(no user\)/));
    mounted.abort();
  });
});

describe('askToUnmount', () => {
  test('knows when nobody listens', async () => {
    expect(await askToUnmount(join(folder, 'nobody'), { unmount: 'now' }, never)).toBeUndefined();
  });

  test.each<[what: string, lines: string]>([
    ['at first', 'HTTP/1.1 400 Bad Request\n'],
    ['then', '{"pid":7}\n{"refused":"'],
  ])('takes for no end what is said %s and is no answer', async (_what, lines) => {
    const pipe = join(folder, String(pipes++));
    const server = createServer((socket) => void socket.on('error', () => {}).end(lines));
    await new Promise<void>((fulfil) => server.listen(pipe, fulfil));
    const asked = askToUnmount(pipe, { unmount: 'now' }, never).then((answer) => answer?.ended);
    await expect(asked).rejects.toThrow('What answers there is not snapmount');
    server.close();
  });
});
