/**
 * Ends this process while one of its threads hangs in a call of the system. Node's own exit waits for all threads of
 * libuv's pool, and so for storage that does not answer.
 */

/** Resolves only where there is no koffi, by which to call the system. Nothing is flushed or put back. */
export async function endAtOnce(code: number): Promise<void> {
  try {
    const { default: koffi } = await import('koffi');
    if (process.platform === 'win32') {
      // -1 stands for this process. ExitProcess would wait for the thread that hangs.
      koffi.load('kernel32.dll').func('int TerminateProcess(int64_t process, uint32_t code)')(-1, code);
    } else {
      koffi.load(null).func('void _exit(int status)')(code);
    }
  } catch {
    // Node's exit is the next best, and one more signal ends that.
  }
}
