/**
 * Has the system map memory before it is used: a thread that touches fresh memory waits at each page until it is mapped
 * and cleared, which some virtual machines do slowly. madvise(2) with MADV_POPULATE_WRITE, Linux 5.14 and later.
 */

/**
 * Maps `bytes`, and changes nothing in them, so that others may use them meanwhile. Resolves to false where the system does
 * not do this; never rejects. Keeps a thread of libuv's pool for a microsecond a page, ten where memory is slow.
 */
export type Populate = (bytes: Uint8Array) => Promise<boolean>;

const MADV_POPULATE_WRITE = 23;
const PAGE = 4096n;

/** Undefined where there is no such call, or koffi is not installed. */
export async function loadPopulate(): Promise<Populate | undefined> {
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch)) return undefined;
  try {
    const { default: koffi } = await import('koffi');
    const madvise = koffi.load(null).func('int madvise(void *address, size_t bytes, int advice)');
    return (bytes) => {
      const start = koffi.address(bytes);
      // It begins where a page does. The rest of that page is mapped as well, as it belongs to the same memory.
      const from = start - (start % PAGE);
      const length = Number(start - from) + bytes.length;
      return new Promise((resolve) => {
        madvise.async(from, length, MADV_POPULATE_WRITE, (error: unknown, result: number) => {
          // Whatever becomes of its owner, the memory stays where it is until here: this refers to it.
          resolve(!error && result === 0 && bytes.length > 0);
        });
      });
    };
  } catch {
    return undefined;
  }
}
