import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type Processes, type ProcessState, processIdentity, processState } from './process-identity.ts';

describe('processState', () => {
  test('knows a process by its identity for as long as it lives', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    await once(child, 'spawn');
    const pid = child.pid!;
    const identity = await processIdentity(pid);
    expect(await processState(pid, identity)).toBe('alive');
    expect(await processState(pid, undefined)).toBe('alive');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await processState(pid, identity)).toBe('gone');
    expect(await processState(pid, undefined)).toBe('gone');
  });

  test.runIf(process.platform === 'linux')(
    'takes a number that is used again for another process',
    async () => {
      const own = (await processIdentity(process.pid))!;
      const earlier = `${own.slice(0, own.lastIndexOf('/'))}/1`;
      expect(await processState(process.pid, earlier)).toBe('gone');
    },
  );

  test.runIf(process.platform === 'linux')(
    'does not judge what was written down elsewhere or before a restart',
    async () => {
      const own = (await processIdentity(process.pid))!;
      const [boot, namespace, start] = own.split('/');
      expect(await processState(process.pid, `${boot}/pid:[1]/${start}`)).toBe('unknown');
      expect(await processState(process.pid, `0000/${namespace}/${start}`)).toBe('unknown');
      expect(await processState(process.pid, 'nonsense')).toBe('unknown');
    },
  );

  describe('where the system tells of', () => {
    /** Of process 1; this one has a start of its own. */
    const told = (start: string | undefined | Error): Processes => ({
      place: async () => 'machine',
      startOf: async (pid) => {
        if (pid !== 1) return 'ours';
        if (start instanceof Error) throw start;
        return start;
      },
    });

    test.each<[what: string, start: string | undefined | Error, identity: string | undefined, ProcessState]>([
      ['the same start: it lives', '7', 'machine/7', 'alive'],
      ['another start, after a restart perhaps: it has gone', '8', 'machine/7', 'gone'],
      ['its end, though somebody still holds it', undefined, 'machine/7', 'gone'],
      ['its end, of one that nobody identified', undefined, undefined, 'gone'],
      ['a start of one that nobody identified', '8', undefined, 'alive'],
    ])('%s', async (_what, start, identity, expected) => {
      expect(await processState(1, identity, told(start))).toBe(expected);
    });

    test('nothing to this user: it lives as long as its number does, if that means anything here', async () => {
      const refusing = told(new Error('OpenProcess failed'));
      expect(await processState(1, 'machine/7', refusing)).toBe('alive');
      expect(await processState(1, 'elsewhere/7', refusing)).toBe('unknown');
      expect(await processState(2 ** 30, 'machine/7', refusing)).toBe('gone');
      expect(await processIdentity(1, refusing)).toBeUndefined();
    });
  });

  test('takes a process that it may not signal for alive', async () => {
    const refused = Object.assign(new Error('Operation not permitted'), { code: 'EPERM' });
    const kill = vi.spyOn(process, 'kill').mockImplementation(() => {
      throw refused;
    });
    onTestFinished(() => kill.mockRestore());
    expect(await processState(1, undefined)).toBe('alive');
  });

  test('does not judge numbers that are of no process', async () => {
    expect(await processState(0, undefined)).toBe('unknown');
    expect(await processState(-(2 ** 30), undefined)).toBe('unknown');
  });

  test.runIf(process.platform === 'linux')(
    'takes a process that only waits to be reaped for gone',
    async () => {
      const parent = spawn('sh', ['-c', 'sh -c "exit 0" & echo $!; exec sleep 60'], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const [line] = (await once(parent.stdout, 'data')) as [Buffer];
      await expect.poll(() => processState(Number(line.toString()), undefined)).toBe('gone');
      parent.kill('SIGKILL');
      await once(parent, 'exit');
    },
  );
});
