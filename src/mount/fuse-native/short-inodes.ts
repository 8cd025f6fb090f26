/**
 * Inode numbers of 32 bits, which is all that fuse-native passes. Folders and files with several names get numbers that
 * nothing else has, since programs tell them apart by these: `tar` and `cp -a` would take one of two files with the
 * same number for the other. For all else half of the numbers are shared out by their true number.
 */

/** In 32 bits, and none of them 0xffffffff, by which libfuse means that it does not know. */
const SHARED = 0x8000_0000;
const SHARED_COUNT = 0x7fff_ffffn;

const ROOT = 1n;

export class ShortInodes {
  readonly #own = new Map<bigint, number>([[ROOT, Number(ROOT)]]);

  /** `alone`: no other node of the mount may have this number. The same for as long as the mount lives. */
  of(inode: bigint, alone: boolean): number {
    if (!alone) return SHARED + Number(inode % SHARED_COUNT);
    let number = this.#own.get(inode);
    if (number === undefined) {
      number = this.#own.size + 1;
      this.#own.set(inode, number);
    }
    return number;
  }
}
