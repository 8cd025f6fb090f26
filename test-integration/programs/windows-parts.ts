/**
 * A program for Windows that runs one part of this project there: PART INPUT, both of them texts. Prints what came of
 * it as one line of JSON: `{ "result": ... }`, or `{ "error": message }`.
 */

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { endAtOnce } from '../../src/cli/end-at-once.ts';
import { type SessionWatch, watchSessionEnd } from '../../src/cli/mount/windows/session-end.ts';
import { runPasswordCommand } from '../../src/cli/password/password-command.ts';
import { StopSignals } from '../../src/cli/stop-signals.ts';
import { processIdentity, processState } from '../../src/process-identity.ts';
import { openLocalBackend } from '../../src/repo/backend/local.ts';
import type { SuiteName } from '../../src/repo/restic/crypto/cipher-suite.ts';
import { ANSWER_KEY, ANSWER_SEALED } from '../../src/repo/restic/crypto/known-answer.ts';
import { chooseSuites, selectSuites } from '../../src/repo/restic/crypto/select.ts';
import { POLY1305_VECTORS } from '../../src/repo/restic/crypto/testing/poly1305-vectors.ts';
import { thisHost, thisProcess } from '../../src/repo/restic/lock/this-process.ts';
import { chooseZstd } from '../../src/repo/restic/zstd/select.ts';
import { zlibZstd } from '../../src/repo/restic/zstd/zlib-zstd.ts';
import { loadWindows } from '../../src/windows/windows.ts';

const PARTS: Readonly<Record<string, (input: string) => Promise<unknown>>> = {
  choices: async () => ({
    suites: (await chooseSuites()).implementation,
    zstd: (await chooseZstd()).implementation,
    zlibHasZstd: zlibZstd() !== undefined,
  }),
  vectors: async (name) => {
    const suites = await selectSuites(name as SuiteName);
    return POLY1305_VECTORS.map(({ key, nonce, message, tag }) => {
      const suite = suites.create(key);
      const opened = hash(suite.open(Uint8Array.from([...nonce, ...message, ...tag])));
      const otherTag = [...nonce, ...message, ...tag.with(15, tag[15]! ^ 0x80)];
      return { opened, refused: attempt(() => suite.open(Uint8Array.from(otherTag))) };
    });
  },
  /** Opens what is in a file, each piece in hexadecimal, and seals it anew. */
  cipher: async (path) => {
    const { suite: name, sealed }: { suite: SuiteName; sealed: string[] } = readJson(path);
    const suite = (await selectSuites(name)).create(ANSWER_KEY);
    return {
      answer: hash(suite.open(ANSWER_SEALED.slice())),
      pieces: sealed.map((text) => {
        const plain = suite.open(new Uint8Array(Buffer.from(text, 'hex')));
        return { opened: hash(plain), sealed: Buffer.from(suite.seal(plain)).toString('hex') };
      }),
    };
  },
  zstd: async (path) => {
    const zstd = (await chooseZstd()).create();
    const frames: { frame: string; limit: number }[] = readJson(path);
    return frames.map(({ frame, limit }) => {
      const bytes = new Uint8Array(Buffer.from(frame, 'hex'));
      return {
        hash: hash(zstd.decompress(bytes, limit)),
        refused: attempt(() => zstd.decompress(bytes, limit - 1)),
      };
    });
  },
  /** What is said of a process while it lives, and afterwards; and of what is none. */
  processes: async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    await once(child, 'spawn');
    const pid = child.pid!;
    const identity = (await processIdentity(pid))!;
    const [place, start] = identity.split('/');
    const alive = [await processState(pid, identity), await processState(pid, undefined)];
    const others = {
      otherStart: await processState(pid, `${place}/${BigInt(start!) + 1n}`),
      otherPlace: await processState(pid, `here/${start}`),
      betweenNumbers: await processState(pid + 1, undefined),
      noNumber: await processState(2 ** 30, undefined),
    };
    const ended = once(child, 'exit');
    child.kill();
    await ended;
    const gone = [await processState(pid, identity), await processState(pid, undefined)];
    return { alive, ...others, gone };
  },
  owner: () => thisProcess(),
  host: async () => (await thisHost()).hostname,
  /** A lock file of a repository in the folder, written over one and removed while another program has it to itself. */
  'held-files': async (location) => {
    const backend = await openLocalBackend(location);
    const file = { kind: 'lock', name: 'ab'.repeat(32) } as const;
    const { kernel32 } = await loadWindows();
    const open = kernel32.func(
      'void *CreateFileW(str16 path, uint32_t access, uint32_t share, void *security, uint32_t how, uint32_t flags, void *template)',
    );
    const close = kernel32.func('int CloseHandle(void *handle)');
    const holdFor = (milliseconds: number) => {
      const handle = open(`${location}\\locks\\${file.name}`, GENERIC_READ, 0, null, OPEN_EXISTING, 0, null);
      let isHeld = true;
      setTimeout(() => {
        isHeld = false;
        close(handle);
      }, milliseconds);
      return () => isHeld;
    };
    const never = new AbortController().signal;
    await backend.write(file, Buffer.from('first'), never);
    const whileWritten = holdFor(300);
    const refused = await readFile(`${location}\\locks\\${file.name}`).catch(({ code }) => code);
    await backend.write(file, Buffer.from('second'), never);
    const heldWhenWritten = whileWritten();
    const content = Buffer.from(await backend.read(file, never)).toString();
    const { mode } = await stat(`${location}\\locks\\${file.name}`);
    const whileRemoved = holdFor(300);
    await backend.remove(file, never);
    const heldWhenRemoved = whileRemoved();
    const left = await backend.list('lock', never);
    await backend.close();
    return { refused, content, canBeChanged: (mode & 0o200) !== 0, heldWhenWritten, heldWhenRemoved, left };
  },
  password: (command) => runPasswordCommand(command, new AbortController().signal),
  /** Presses Ctrl-C. Wine can press nothing else. */
  'ctrl-c': async () => {
    const stop = new StopSignals();
    const { kernel32 } = await loadWindows();
    const call = (definition: string, ...args: unknown[]) => {
      if (kernel32.func(definition)(...args) === 0) throw new Error(`Failed: ${definition}`);
    };
    // The console that Wine gives to a program that is started from Unix has no keys, and Ctrl-C is ignored there.
    call('int FreeConsole()');
    call('int AllocConsole()');
    call('int SetConsoleCtrlHandler(void *handler, int add)', null, 0);
    const asked = new Promise((resolve) => stop.first.addEventListener('abort', resolve));
    call('int GenerateConsoleCtrlEvent(uint32_t key, uint32_t group)', 0, 0);
    await asked;
    stop.dispose();
    return (stop.first.reason as Error).message;
  },
  /** Makes a file, takes it away when the session ends, and takes a second for that. */
  session: async (path) => {
    const watch = await new Promise<SessionWatch>((resolve, reject) => {
      const watching = watchSessionEnd(() => resolve(watching));
      watching.then(() => writeFileSync(path, 'a lock'), reject);
    });
    await wait(1000);
    rmSync(path);
    await watch.close();
    return 'ended';
  },
  /** Sends MESSAGE,W to the window of another process, and returns what that answers. */
  tell: async (input) => {
    const [message, w] = input.split(',').map(Number);
    const user32 = (await loadWindows()).koffi.load('user32.dll');
    const window = user32.func('void *FindWindowW(str16 class, str16 title)')(null, 'snapmount');
    if (window === null) throw new Error('There is no window');
    const send = user32.func('int64_t SendMessageW(void *window, uint32_t message, uint64_t w, int64_t l)');
    return send(window, message, w, 0);
  },
  /** Watches and stops watching, so often, and counts what that has left. */
  'session-cycles': async (times) => {
    const cycle = async () => (await watchSessionEnd(() => {})).close();
    const left = () => ({
      resources: process.getActiveResourcesInfo().length,
      listeners: process.listenerCount('exit'),
    });
    // The first one loads what stays loaded.
    await cycle();
    const before = left();
    for (let time = 0; time < Number(times); time++) await cycle();
    const after = left();
    return { resources: after.resources - before.resources, listeners: after.listeners - before.listeners };
  },
  /** Ends while it watches. */
  'session-exit': async (code) => {
    await watchSessionEnd(() => {});
    process.exit(Number(code));
  },
  /** While a thread of the pool sleeps for longer than anybody waits. */
  end: async (code) => {
    const { kernel32 } = await loadWindows();
    kernel32.func('void Sleep(uint32_t milliseconds)').async(2 ** 30, () => {});
    await endAtOnce(Number(code));
  },
};

const GENERIC_READ = 0x8000_0000;
const OPEN_EXISTING = 3;

const [part = '', input = ''] = process.argv.slice(2);
// Something to wait for: nothing that only Windows will tell of keeps the process.
const alive = setInterval(() => {}, 1000);
try {
  print({ result: await PARTS[part]!(input) });
} catch (error) {
  print({ error: (error as Error).message });
}
clearInterval(alive);

function print(said: unknown): void {
  process.stdout.write(`${JSON.stringify(said)}\n`);
}

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function attempt(work: () => unknown): boolean {
  try {
    work();
    return false;
  } catch {
    return true;
  }
}

function readJson<Content>(path: string): Content {
  return JSON.parse(readFileSync(path, 'utf8'));
}
