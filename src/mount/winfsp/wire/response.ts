/** FSP_FSCTL_TRANSACT_RSP: the response to one request, written into one buffer again and again. Pure. */

import { FILE_OPENED } from './constants.ts';
import { type FileInfo, writeFileInfo } from './file-info.ts';
import { NtStatus } from './nt-status.ts';
import { writeUtf16 } from './utf16.ts';

export const RESPONSE_HEADER_BYTES = 128;
/** Header and data together. */
export const MAX_RESPONSE_BYTES = 16_384;
export const MAX_RESPONSE_DATA_BYTES = MAX_RESPONSE_BYTES - RESPONSE_HEADER_BYTES;

const LABEL_BYTES = 64;

export interface Opened {
  readonly handle: number;
  readonly grantedAccess: number;
  readonly info: FileInfo;
  /** The name as it is stored, if it can differ from that asked for: in case only. */
  readonly normalizedName: string | undefined;
}

/**
 * `begin`, then at most one of the bodies, then `finish`. WinFsp's driver passes over a response whose size is not a
 * multiple of 8, and the program that waits for it then waits for ever.
 */
export class ResponseWriter {
  readonly #bytes = new Uint8Array(MAX_RESPONSE_BYTES);
  readonly #view = new DataView(this.#bytes.buffer);
  #dataBytes = 0;

  /** For this request, and a success without a body so far. */
  begin(kind: number, hint: bigint): this {
    this.#bytes.fill(0, 0, RESPONSE_HEADER_BYTES);
    this.#dataBytes = 0;
    this.#view.setUint32(4, kind, true);
    this.#view.setBigUint64(8, hint, true);
    return this;
  }

  status(status: number): this {
    this.#view.setUint32(20, status, true);
    return this;
  }

  /** For reads and listings: the bytes that were written into the asker's buffer. */
  information(value: number): this {
    this.#view.setUint32(16, value, true);
    return this;
  }

  opened({ handle, grantedAccess, info, normalizedName }: Opened): this {
    this.information(FILE_OPENED);
    this.#view.setBigUint64(32, BigInt(handle), true);
    this.#view.setUint32(40, grantedAccess, true);
    writeFileInfo(this.#view, 48, info);
    if (normalizedName !== undefined) {
      // The driver takes it from the start of the data, whatever offset is given.
      const mostBytes = MAX_RESPONSE_DATA_BYTES;
      this.#dataBytes = writeUtf16(this.#bytes, RESPONSE_HEADER_BYTES, normalizedName, mostBytes);
      this.#view.setUint16(122, this.#dataBytes, true);
    }
    return this;
  }

  /** `tag` 0: `buffer` is a path of the kernel's names. Else a REPARSE_DATA_BUFFER with that tag. */
  reparse(tag: number, buffer: Uint8Array): this {
    return this.status(NtStatus.Reparse).information(tag).buffer(buffer);
  }

  fileInfo(info: FileInfo): this {
    writeFileInfo(this.#view, 24, info);
    return this;
  }

  /** Sizes in bytes. The label is cut after 32 UTF-16 units. */
  volumeInfo(totalBytes: number, freeBytes: number, label: string): this {
    this.#view.setBigUint64(24, BigInt(totalBytes), true);
    this.#view.setBigUint64(32, BigInt(freeBytes), true);
    const labelBytes = writeUtf16(this.#bytes, 42, label, LABEL_BYTES);
    this.#view.setUint16(40, labelBytes, true);
    return this;
  }

  /** A reparse point, a security descriptor or a list of streams. Throws RangeError for what is too large. */
  buffer(data: Uint8Array): this {
    if (data.length > MAX_RESPONSE_DATA_BYTES) {
      throw new RangeError(`A response cannot hold ${data.length} bytes`);
    }
    this.#bytes.set(data, RESPONSE_HEADER_BYTES);
    this.#dataBytes = data.length;
    this.#view.setUint16(24, 0, true);
    this.#view.setUint16(26, data.length, true);
    return this;
  }

  /** Shared memory, valid until the next `begin`. */
  finish(): Uint8Array<ArrayBuffer> {
    const end = RESPONSE_HEADER_BYTES + this.#dataBytes;
    const size = Math.ceil(end / 8) * 8;
    this.#bytes.fill(0, end, size);
    this.#view.setUint16(2, size, true);
    return this.#bytes.subarray(0, size);
  }
}
