import { EventEmitter } from 'node:events';
import { describe, expect, test, vi } from 'vitest';
import type { FromServer, FromStarter, Launch } from './messages.ts';
import { adoptServer, type ServerProcess } from './server.ts';

const LAUNCH: Launch = { stays: true, hasPassword: false, terminals: {} };
const never = new AbortController().signal;

/** The part of a process that a server uses, as its starter sees it. */
class StartedProcess extends EventEmitter {
  readonly sent: FromServer[] = [];
  readonly folders: string[] = [];
  readonly exit = vi.fn();
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  connected = true;

  constructor(platform: NodeJS.Platform = 'win32', launch = LAUNCH) {
    super();
    this.platform = platform;
    this.env = { SNAPMOUNT_SERVER: JSON.stringify(launch), SystemRoot: 'D:\\Windows' };
  }

  send(message: FromServer, _handle: undefined, _options: undefined, done: () => void): void {
    this.sent.push(message);
    done();
  }

  chdir(folder: string): void {
    this.folders.push(folder);
  }

  disconnect(): void {
    this.connected = false;
    this.emit('disconnect');
  }

  tell(message: FromStarter): void {
    this.emit('message', message);
  }

  adopt(): ReturnType<typeof adoptServer> {
    return adoptServer(this as unknown as NodeJS.Process);
  }
}

function serve(self = new StartedProcess()): {
  self: StartedProcess;
  server: ServerProcess;
  stops: NodeJS.Signals[];
} {
  const server = self.adopt();
  if (server === undefined || server === 'orphan') throw new Error('It was started to serve');
  const stops: NodeJS.Signals[] = [];
  for (const name of ['SIGINT', 'SIGTERM'] as const) self.on(name, () => stops.push(name));
  return { self, server, stops };
}

describe('adoptServer', () => {
  test('knows its mark, takes it away, and serves for nobody that has gone', () => {
    const { self } = serve();
    expect(self.env).not.toHaveProperty('SNAPMOUNT_SERVER');
    expect(self.adopt()).toBeUndefined();
    const orphan = new StartedProcess();
    orphan.connected = false;
    expect(orphan.adopt()).toBe('orphan');
  });
});

describe('a process that serves', () => {
  test('is asked to end twice at most, from wherever: a third request would end it at once', () => {
    const { self, server, stops } = serve();
    self.tell({ kind: 'stop', signal: 'SIGINT' });
    expect(stops).toEqual(['SIGINT']);
    server.hurry();
    self.removeAllListeners('SIGINT').removeAllListeners('SIGTERM');
    self.tell({ kind: 'stop', signal: 'SIGTERM' });
    server.hurry();
    self.disconnect();
    expect(stops).toEqual(['SIGINT', 'SIGTERM']);
    expect(self.exit).not.toHaveBeenCalled();
  });

  test('is asked once when its starter goes', () => {
    const { self, stops } = serve();
    self.disconnect();
    expect(stops).toEqual(['SIGTERM']);
  });

  test('is not asked again when its starter goes that has asked: files may be read to their end', () => {
    const { self, stops } = serve();
    self.tell({ kind: 'stop', signal: 'SIGTERM' });
    self.disconnect();
    expect(stops).toEqual(['SIGTERM']);
  });

  test.each<[NodeJS.Platform, string]>([
    ['linux', '/'],
    ['win32', 'D:\\Windows'],
  ])('that is released on %s stands in %s, and serves on when its starter goes', (platform, folder) => {
    const { self, stops } = serve(new StartedProcess(platform));
    self.tell({ kind: 'released' });
    expect(self).toMatchObject({ folders: [folder], connected: false });
    expect(stops).toEqual([]);
  });

  test('has the command run, and asks it to end with the mount', async () => {
    const { self, server } = serve();
    const ending = new AbortController();
    const running = server.runCommand('X:', ending.signal);
    ending.abort();
    expect(self.sent).toEqual([{ kind: 'run', mountpoint: 'X:' }, { kind: 'end-command' }]);
    self.tell({ kind: 'ran', code: 7 });
    expect(await running).toBe(7);
  });

  test('does not wait for a command whose starter has gone, before or after it was to run', async () => {
    const { self, server } = serve();
    const running = server.runCommand('X:', never);
    self.disconnect();
    await expect(running).rejects.toThrow('the process that ran it has gone');
    const late = serve();
    late.self.disconnect();
    await expect(late.server.runCommand('X:', never)).rejects.toThrow('the process that ran it has gone');
  });

  test('says that it is done, and lets go of its starter', async () => {
    const { self, server, stops } = serve();
    await server.end();
    expect(self).toMatchObject({ sent: [{ kind: 'done' }], connected: false });
    expect(stops).toEqual([]);
  });
});
