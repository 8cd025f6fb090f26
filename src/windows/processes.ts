/** Which process a number means, as Windows tells it. */

import { WindowsError } from './errors.ts';
import { loadWindows, type Windows } from './windows.ts';

const PROCESS_QUERY_LIMITED_INFORMATION = 0x1000;
const SYNCHRONIZE = 0x10_0000;
const WAIT_OBJECT_0 = 0;

/** The computer, the same after a restart. Rejects with WindowsError. */
export async function windowsComputer(): Promise<string> {
  const { readRegistry } = await loadWindows();
  const machine = readRegistry('SOFTWARE\\Microsoft\\Cryptography', 'MachineGuid', '64 bits');
  if (machine === undefined) throw new WindowsError('The registry has no MachineGuid');
  return machine;
}

/**
 * When the process began, in 100 ns since 1601; undefined for one that has ended. Rejects with WindowsError for one that
 * this user may not ask about.
 */
export async function windowsStartOf(pid: number): Promise<string | undefined> {
  const functions = bind(await loadWindows());
  const handle = functions.open(PROCESS_QUERY_LIMITED_INFORMATION | SYNCHRONIZE, 0, pid);
  if (handle === null) throw new WindowsError(`OpenProcess of ${pid} failed`);
  try {
    // Windows takes 4001 for 4000. And a process that has ended stays while anybody has a handle of it.
    if (functions.number(handle) !== pid || functions.wait(handle, 0) === WAIT_OBJECT_0) return undefined;
    const start = new BigUint64Array(1);
    const others = new BigUint64Array(3);
    const [exit, kernel, user] = [others.subarray(0, 1), others.subarray(1, 2), others.subarray(2, 3)];
    if (functions.times(handle, start, exit, kernel, user) === 0) {
      throw new WindowsError(`GetProcessTimes of ${pid} failed`);
    }
    return String(start[0]);
  } finally {
    functions.close(handle);
  }
}

type Handle = bigint | null;

interface Functions {
  open(access: number, inherit: number, pid: number): Handle;
  number(handle: Handle): number;
  wait(handle: Handle, milliseconds: number): number;
  times(
    handle: Handle,
    start: BigUint64Array,
    exit: BigUint64Array,
    kernel: BigUint64Array,
    user: BigUint64Array,
  ): number;
  close(handle: Handle): number;
}

function bind({ kernel32 }: Windows): Functions {
  return {
    open: kernel32.func('void *OpenProcess(uint32_t access, int inherit, uint32_t pid)'),
    number: kernel32.func('uint32_t GetProcessId(void *process)'),
    wait: kernel32.func('uint32_t WaitForSingleObject(void *process, uint32_t milliseconds)'),
    times: kernel32.func(
      'int GetProcessTimes(void *process, void *start, void *exit, void *kernel, void *user)',
    ),
    close: kernel32.func('int CloseHandle(void *process)'),
  };
}
