/** The conformance suite's client where a mount is a folder: Node's own calls, made by a process of its own. */

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { projectFolder } from '../fixtures.ts';
import type { MountClient, SeenNode } from './client.ts';

const PROGRAM = join(projectFolder, 'test-integration', 'programs', 'conformance-client.mjs');

/** Calls that wait in the kernel at once; the others queue in the client. */
const THREADS = '32';

/** `node` runs the client: a program and its arguments. */
export function startClient(
  mountpoint: string,
  node: readonly [string, ...string[]] = [process.execPath],
): MountClient {
  const [command, ...args] = node;
  const child = spawn(command, [...args, PROGRAM, mountpoint], {
    cwd: '/',
    env: { ...process.env, UV_THREADPOOL_SIZE: THREADS },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ask = asker(child);
  return {
    list: (path) => ask('list', path) as Promise<string[]>,
    stat: (path) => ask('stat', path) as Promise<SeenNode>,
    read: async (path, ...range) => Buffer.from((await ask('read', path, ...range)) as string, 'base64'),
    open: async (path) => {
      await ask('hold', path);
      return {
        read: async (...range) => Buffer.from((await ask('read held', path, ...range)) as string, 'base64'),
        close: () => ask('let go', path),
      };
    },
    target: (path) => ask('target', path) as Promise<string>,
    change: (change, path) => ask(change, path),
    close: async () => {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (problem: Error) => void;
}

interface Outcome {
  readonly id: number;
  readonly value?: unknown;
  readonly code?: string;
}

type Client = ChildProcessByStdio<Writable, Readable, null>;

function asker(child: Client): (call: string, path: string, ...args: unknown[]) => Promise<unknown> {
  const waiting = new Map<number, Waiting>();
  let last = 0;
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { id, value, code } = JSON.parse(line) as Outcome;
    const { resolve, reject } = waiting.get(id)!;
    waiting.delete(id);
    if (code === undefined) resolve(value);
    else reject(Object.assign(new Error(code), { code }));
  });
  child.once('exit', () => {
    for (const { reject } of waiting.values()) reject(new Error('The client has ended'));
  });
  return (call, path, ...args) =>
    new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, { resolve, reject });
      child.stdin.write(`${JSON.stringify({ id: last, call, path, args })}\n`);
    });
}
