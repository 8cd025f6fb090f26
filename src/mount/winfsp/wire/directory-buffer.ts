/** FSP_FSCTL_DIR_INFO records, one behind the other: a piece of a listing. Pure. */

import { type FileInfo, writeFileInfo } from './file-info.ts';
import { writeUtf16 } from './utf16.ts';

/** Bytes of a record before its name. */
export const DIRECTORY_RECORD_BYTES = 104;
const FILE_INFO_AT = 8;
/** A record whose size is 0 says that nothing follows. */
const END_BYTES = 2;

/** Of one piece: `add` until it says no, or all, then `end`. */
export class DirectoryBuffer {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #used = 0;

  /** As many bytes as the asker has room for. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Bytes of the records so far. */
  get used(): number {
    return this.#used;
  }

  /** False, and nothing written, if there is no room for it. */
  add(name: string, info: FileInfo): boolean {
    const at = Math.ceil(this.#used / 8) * 8;
    const size = DIRECTORY_RECORD_BYTES + name.length * 2;
    if (at + size > this.#bytes.length) return false;
    this.#bytes.fill(0, this.#used, at + DIRECTORY_RECORD_BYTES);
    this.#view.setUint16(at, size, true);
    writeFileInfo(this.#view, at + FILE_INFO_AT, info);
    writeUtf16(this.#bytes, at + DIRECTORY_RECORD_BYTES, name, name.length * 2);
    this.#used = at + size;
    return true;
  }

  /** Says that this was all. Where there is no room even for that it is asked once more, and then there is. */
  end(): void {
    const at = Math.ceil(this.#used / 8) * 8;
    if (at + END_BYTES > this.#bytes.length) return;
    this.#bytes.fill(0, this.#used, at + END_BYTES);
    this.#used = at + END_BYTES;
  }

  written(): Uint8Array {
    return this.#bytes.subarray(0, this.#used);
  }
}
