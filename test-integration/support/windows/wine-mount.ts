/** The sample view, mounted by the real driver in a Windows process through the stand-in. */

import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { SocketDevice } from './socket-device.ts';
import { startWindowsNode, windowsPath } from './wine.ts';

/** What the stand-in counted: all but the first two must be 0. */
export interface Report {
  readonly requests: number;
  readonly answers: number;
  readonly unanswered: number;
  readonly unknown: number;
  readonly malformed: number;
  readonly twice: number;
  readonly guarded: number;
}

export interface WineMount {
  /** Where it says that it is mounted. */
  readonly mountpoint: string;
  readonly warnings: readonly string[];
  /** One more program that uses it. */
  device(): Promise<SocketDevice>;
  tell(what: 'unmount' | 'detach' | 'abort' | 'users'): void;
  /** The next thing that it says, besides warnings and notes. */
  next(): Promise<Said>;
  /** Waits for the end of one of several times, and for the next one to begin. */
  again(): Promise<Report>;
  /** Waits for its end. */
  ended(): Promise<{ code: number | null; last: Said; report: Report }>;
}

export interface Said {
  readonly event: string;
  readonly text: string;
}

export interface WineMountOptions {
  readonly mountpoint?: string;
  /** `stored`: links of Windows lead where they lead on Windows. */
  readonly links?: 'stored';
  /** How often it mounts, one time after the other. */
  readonly times?: number;
  /** Instead of the last two: what another program takes. */
  readonly more?: readonly string[];
}

/** `program` is one of compileForWindows. */
export async function mountUnderWine(program: string, options: WineMountOptions = {}): Promise<WineMount> {
  const { mountpoint = '*', links = '', times = 1, more = [links, String(times)] } = options;
  const folder = mkdtempSync(join(tmpdir(), 'snapmount-wine-'));
  const port = join(folder, 'port');
  const report = join(folder, 'report');
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const control = (server.address() as { port: number }).port;
  const env = { STAND_IN_PORT: windowsPath(port), STAND_IN_REPORT: windowsPath(report) };
  const args = [windowsPath(program), mountpoint, String(control), ...more];
  const process = startWindowsNode(folder, args, { env });
  const [connection] = (await Promise.race([
    once(server, 'connection'),
    process.ended.then(() => Promise.reject(new Error(`It ended: ${process.stderr()}`))),
  ])) as [Socket];
  server.close();
  const said = createInterface(connection)[Symbol.asyncIterator]();
  const warnings: string[] = [];
  const next = async (): Promise<Said> => {
    for (;;) {
      const line = await said.next();
      const heard: Said = line.done ? { event: 'nothing', text: process.stderr() } : JSON.parse(line.value);
      if (heard.event === 'warn') warnings.push(heard.text);
      else if (heard.event !== 'detail' && heard.event !== 'note') return heard;
    }
  };
  const first = await next();
  if (first.event !== 'mounted') throw new Error(`${first.event}: ${first.text}`);
  return {
    mountpoint: first.text,
    warnings,
    device: () => SocketDevice.connect(Number(readFileSync(port, 'utf8'))),
    tell: (what) => void connection.write(`${what}\n`),
    next,
    again: async () => {
      const events = [await next(), await next()].map(({ event }) => event);
      if (events.join() !== 'closed,mounted') throw new Error(`It said ${events}`);
      return JSON.parse(readFileSync(report, 'utf8'));
    },
    ended: async () => {
      const last = await next();
      const code = await process.ended;
      const counted = JSON.parse(readFileSync(report, 'utf8'));
      rmSync(folder, { recursive: true });
      return { code, last, report: counted };
    },
  };
}
