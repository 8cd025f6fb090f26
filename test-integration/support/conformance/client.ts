/**
 * What the conformance suite asks of a mounted view, whatever system it is mounted on. Paths are relative to the mount,
 * with `/`. Each call rejects with an error whose `code` is POSIX's name for what went wrong.
 */

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { projectFolder } from '../fixtures.ts';

export interface SeenNode {
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
}

/** Each must fail on a read-only mount. */
export const ALL_CHANGES = [
  'open for writing',
  'create',
  'truncate',
  'mkdir',
  'rmdir',
  'unlink',
  'rename',
  'link',
  'symlink',
  'chmod',
  'chown',
  'utimes',
] as const;

export type Change = (typeof ALL_CHANGES)[number];

export interface MountClient {
  /** Names as text, in any order, without `.` and `..`. */
  list(path: string): Promise<string[]>;
  /** Of a link itself. */
  stat(path: string): Promise<SeenNode>;
  /** Fewer bytes than asked for at the end of the file only. */
  read(path: string, offset: number, length: number): Promise<Buffer>;
  target(path: string): Promise<string>;
  change(change: Change, path: string): Promise<unknown>;
  /** Resolves when its process has ended. What it waits for is given up. */
  close(): Promise<void>;
}

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
