/** Which program a process runs, for people. */

import { loadWindows } from './windows.ts';

const PROCESS_QUERY_LIMITED_INFORMATION = 0x1000;
/** As the kernel has it: for a letter of a drive Windows might ask that drive, which may be a mount of this process. */
const PROCESS_NAME_NATIVE = 1;
/** Longest path that Windows has. */
const MOST_CHARACTERS = 32_768;

/** `notepad.exe`; undefined for a process that has ended, or that this user may not ask about. Rejects with WindowsError. */
export async function windowsNameOf(pid: number): Promise<string | undefined> {
  const { kernel32 } = await loadWindows();
  const open = kernel32.func('void *OpenProcess(uint32_t access, int inherit, uint32_t pid)');
  const read = kernel32.func(
    'int QueryFullProcessImageNameW(void *process, uint32_t flags, void *into, void *size)',
  );
  const close = kernel32.func('int CloseHandle(void *process)');
  const handle: bigint | null = open(PROCESS_QUERY_LIMITED_INFORMATION, 0, pid);
  if (handle === null) return undefined;
  try {
    const path = Buffer.alloc(MOST_CHARACTERS * 2);
    const size = Uint32Array.of(MOST_CHARACTERS);
    if (read(handle, PROCESS_NAME_NATIVE, path, size) === 0) return undefined;
    return path.toString('utf16le', 0, size[0]! * 2).replace(/^.*\\/, '');
  } finally {
    close(handle);
  }
}
