/**
 * The entry of a thread that has a window, which nobody sees, and waits for what Windows says to it. One of those that
 * take messages only would not do: they are not told of the end of a session. Nothing of JavaScript runs here besides.
 */

import { parentPort, workerData } from 'node:worker_threads';
import { WindowsError } from '../../../windows/errors.ts';
import { type Koffi, loadWindows, type Windows } from '../../../windows/windows.ts';

export interface SessionWindowData {
  /** One number, which is no longer 0 when the mount has ended. */
  readonly released: Int32Array;
}

/** `listening` comes once, first; then perhaps `ending`, once. */
export type SessionWindowMessage =
  | {
      readonly kind: 'listening';
      /** As Windows counts them. */
      readonly thread: number;
    }
  | { readonly kind: 'ending' };

/** Milliseconds. Windows ends a process that does not answer for 5 seconds, unless the user is willing to wait. */
const PATIENCE = 10_000;
const REASON = 'snapmount is unmounting and releasing its lock';

const WM_CLOSE = 0x10;
const WM_QUERYENDSESSION = 0x11;
const WM_ENDSESSION = 0x16;
const WS_POPUP = 0x8000_0000;
/** MSG on systems of 64 bits. */
const MESSAGE_BYTES = 48;

type Pointer = bigint | null;
type WindowProcedure = (window: Pointer, message: number, w: number | bigint, l: number | bigint) => number;

await main(workerData as SessionWindowData);

async function main({ released }: SessionWindowData): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error('Only a worker thread can wait for the end of a session');
  const windows = await loadWindows();
  const user32 = loadUser32(windows.koffi);
  const thread: number = windows.kernel32.func('uint32_t GetCurrentThreadId()')();
  let isAsked = false;
  const tell = (message: SessionWindowMessage) => port.postMessage(message);
  const ask = () => {
    if (!isAsked) tell({ kind: 'ending' });
    isAsked = true;
  };
  const window = createWindow(windows, user32, `snapmount-${thread}`, (handle, message, w, l) => {
    if (message === WM_QUERYENDSESSION) return 1;
    if (message === WM_CLOSE) ask();
    else if (message === WM_ENDSESSION && Number(w) !== 0) {
      ask();
      user32.createBlockReason(handle, REASON);
      // When this returns Windows ends the process whenever it likes.
      Atomics.wait(released, 0, 0, PATIENCE);
      user32.destroyBlockReason(handle);
    } else if (message !== WM_ENDSESSION) return user32.defaultProcedure(handle, message, w, l);
    return 0;
  });
  tell({ kind: 'listening', thread });
  const message = Buffer.alloc(MESSAGE_BYTES);
  while (user32.getMessage(message, null, 0, 0) > 0) user32.dispatchMessage(message);
  window.close();
}

interface User32 {
  readonly registerClass: (description: object) => number;
  readonly unregisterClass: (name: string, module: Pointer) => number;
  readonly createWindow: (...args: unknown[]) => Pointer;
  readonly destroyWindow: (window: Pointer) => number;
  readonly defaultProcedure: WindowProcedure;
  /** 0 at WM_QUIT. */
  readonly getMessage: (into: Uint8Array, window: null, first: number, last: number) => number;
  readonly dispatchMessage: (message: Uint8Array) => number;
  readonly createBlockReason: (window: Pointer, reason: string) => number;
  readonly destroyBlockReason: (window: Pointer) => number;
}

function loadUser32(koffi: Koffi): User32 {
  const library = koffi.load('user32.dll');
  // WNDCLASSEXW.
  const description = koffi.struct({
    size: 'uint32_t',
    style: 'uint32_t',
    procedure: 'void *',
    classBytes: 'int',
    windowBytes: 'int',
    module: 'void *',
    icon: 'void *',
    cursor: 'void *',
    background: 'void *',
    menu: 'str16',
    name: 'str16',
    smallIcon: 'void *',
  });
  const registerClass = library.func('RegisterClassExW', 'uint16_t', [koffi.pointer(description)]);
  return {
    registerClass: (fields) => registerClass({ size: koffi.sizeof(description), ...fields }),
    unregisterClass: library.func('int UnregisterClassW(str16 name, void *module)'),
    createWindow: library.func(
      'void *CreateWindowExW(uint32_t more, str16 class, str16 title, uint32_t style, int x, int y, int width, int height, void *parent, void *menu, void *module, void *data)',
    ),
    destroyWindow: library.func('int DestroyWindow(void *window)'),
    defaultProcedure: library.func(
      'int64_t DefWindowProcW(void *window, uint32_t message, uint64_t w, int64_t l)',
    ),
    getMessage: library.func('int GetMessageW(void *into, void *window, uint32_t first, uint32_t last)'),
    dispatchMessage: library.func('int64_t DispatchMessageW(void *message)'),
    createBlockReason: library.func('int ShutdownBlockReasonCreate(void *window, str16 reason)'),
    destroyBlockReason: library.func('int ShutdownBlockReasonDestroy(void *window)'),
  };
}

/** Throws WindowsError. */
function createWindow(
  { koffi, kernel32 }: Windows,
  user32: User32,
  name: string,
  procedure: WindowProcedure,
): { close(): void } {
  const module: Pointer = kernel32.func('void *GetModuleHandleW(str16 name)')(null);
  const callback = koffi.register(
    procedure,
    koffi.pointer(koffi.proto('int64_t (void *window, uint32_t message, uint64_t w, int64_t l)')),
  );
  const atom = user32.registerClass({ procedure: callback, module, name });
  if (atom === 0) throw new WindowsError('RegisterClassExW failed');
  const window = user32.createWindow(0, name, 'snapmount', WS_POPUP, 0, 0, 0, 0, null, null, module, null);
  if (window === null) throw new WindowsError('CreateWindowExW failed');
  return {
    close: () => {
      user32.destroyWindow(window);
      user32.unregisterClass(name, module);
      koffi.unregister(callback);
    },
  };
}
