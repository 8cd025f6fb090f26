/**
 * Hears that the user of Windows logs off or that the computer shuts down, and keeps Windows waiting until the mount
 * has ended. Windows tells it to windows only: Node's process counts as one that has some, and gets no signal for it.
 */

import { Worker } from 'node:worker_threads';
import { compiledModule } from '../../../compiled-module.ts';
import { WindowsError } from '../../../windows/errors.ts';
import { loadWindows } from '../../../windows/windows.ts';
import type { SessionWindowData, SessionWindowMessage } from './session-window.ts';

export interface SessionWatch {
  /**
   * Lets Windows go on, which may end this process at once: to be called when nothing is left to be done. Resolves when
   * the thread has ended.
   */
  close(): Promise<void>;
}

const WM_QUIT = 0x12;

/**
 * `onEnd` is called once, when the session ends or when somebody asks this process to close its windows, as `taskkill`
 * without /F does. Rejects with WindowsError.
 */
export async function watchSessionEnd(onEnd: () => void): Promise<SessionWatch> {
  const { koffi } = await loadWindows();
  const post = koffi
    .load('user32.dll')
    .func('int PostThreadMessageW(uint32_t thread, uint32_t message, uint64_t w, int64_t l)');
  const released = new Int32Array(new SharedArrayBuffer(4));
  const { worker, listening, ended } = startThread({ released }, onEnd);
  const thread = await Promise.race([listening, ended]);
  if (thread === undefined) throw new WindowsError('The thread that hears of logging off could not start');
  worker.unref();
  const quit = () => {
    Atomics.store(released, 0, 1);
    Atomics.notify(released, 0);
    post(thread, WM_QUIT, 0, 0);
  };
  // Node's exit waits for the thread, which waits for Windows.
  process.once('exit', quit);
  return {
    close: async () => {
      worker.ref();
      quit();
      await ended;
      process.off('exit', quit);
    },
  };
}

interface SessionThread {
  readonly worker: Worker;
  /** Resolves with its number, as Windows counts them. */
  readonly listening: Promise<number>;
  readonly ended: Promise<undefined>;
}

function startThread(data: SessionWindowData, onEnd: () => void): SessionThread {
  const worker = new Worker(compiledModule('session-window.js', import.meta.url), {
    name: 'session-window',
    workerData: data,
    env: {},
    execArgv: [],
  });
  const listening = new Promise<number>((resolve) => {
    worker.on('message', (message: SessionWindowMessage) => {
      if (message.kind === 'listening') resolve(message.thread);
      else onEnd();
    });
  });
  const ended = new Promise<undefined>((resolve, reject) => {
    worker.once('exit', () => resolve(undefined));
    worker.once('error', (cause) =>
      reject(new WindowsError(`Windows does not say when the session ends: ${cause.message}`, { cause })),
    );
  });
  // Whoever waits for it hears of it, now or at the end.
  ended.catch(() => {});
  return { worker, listening, ended };
}
