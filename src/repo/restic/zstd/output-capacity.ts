/**
 * How much memory the result of decompressing needs at most, from the headers of frames and blocks alone
 * (RFC 8878, section 3.1). Pure. Many tools write frames without their content size, so blocks are counted then.
 */

import { DecodeError } from '../decode/decode-error.ts';

const MAGIC = 0xfd2f_b528;
const SKIPPABLE_MAGIC = 0x184d_2a50;
const MOST_BLOCK_BYTES = 128 * 1024;
const BlockType = { Raw: 0, Rle: 1, Compressed: 2 } as const;
const DICTIONARY_ID_BYTES = [0, 1, 2, 4] as const;

/**
 * Never less than the result has, never more than `limit`. Throws DecodeError `damaged` where `source` is not
 * made of whole frames, or where they say that they hold more than `limit`.
 */
export function outputCapacity(source: Uint8Array, limit: number): number {
  const reader = new FrameReader(source);
  let declared = 0;
  let estimated = 0;
  while (reader.more) {
    const frame = reader.frame();
    declared += frame.declared;
    if (declared > limit) throw new DecodeError('damaged', `it holds more than ${limit} bytes`);
    estimated += frame.estimated;
  }
  return Math.min(declared + estimated, limit);
}

/** Of one frame: its content size if the frame says it, else what its blocks may hold. The other is 0. */
interface FrameSize {
  readonly declared: number;
  readonly estimated: number;
}

class FrameReader {
  readonly #source: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(source: Uint8Array) {
    this.#source = source;
    this.#view = new DataView(source.buffer, source.byteOffset, source.byteLength);
  }

  get more(): boolean {
    return this.#at < this.#source.length;
  }

  frame(): FrameSize {
    const magic = this.#unsigned(4);
    if ((magic & 0xffff_fff0) >>> 0 === SKIPPABLE_MAGIC) {
      this.#skip(this.#unsigned(4));
      return { declared: 0, estimated: 0 };
    }
    if (magic !== MAGIC) throw damaged('it does not start with a zstd frame');
    return this.#dataFrame();
  }

  #dataFrame(): FrameSize {
    const descriptor = this.#unsigned(1);
    const singleSegment = (descriptor & 0x20) !== 0;
    const window = singleSegment ? undefined : windowBytes(this.#unsigned(1));
    this.#skip(DICTIONARY_ID_BYTES[(descriptor & 3) as 0 | 1 | 2 | 3]);
    const declared = this.#contentSize(descriptor >> 6, singleSegment);
    const estimated = this.#blocks(Math.min(window ?? declared ?? 0, MOST_BLOCK_BYTES));
    if ((descriptor & 4) !== 0) this.#skip(4);
    return declared === undefined ? { declared: 0, estimated } : { declared, estimated: 0 };
  }

  #contentSize(flag: number, singleSegment: boolean): number | undefined {
    if (flag === 0) return singleSegment ? this.#unsigned(1) : undefined;
    if (flag === 1) return this.#unsigned(2) + 256;
    if (flag === 2) return this.#unsigned(4);
    return this.#unsigned(4) + this.#unsigned(4) * 2 ** 32;
  }

  /** Passes over all blocks of a frame. Returns the most bytes that they may hold. */
  #blocks(mostCompressedBytes: number): number {
    let bytes = 0;
    for (let last = false; !last; ) {
      const header = this.#unsigned(2) | (this.#unsigned(1) << 16);
      last = (header & 1) !== 0;
      const type = (header >> 1) & 3;
      const size = header >> 3;
      if (type > BlockType.Compressed) throw damaged('it has a block of no known type');
      this.#skip(type === BlockType.Rle ? 1 : size);
      bytes += type === BlockType.Compressed ? mostCompressedBytes : size;
    }
    return bytes;
  }

  #skip(bytes: number): void {
    if (bytes > this.#source.length - this.#at) throw damaged('its zstd frame is cut short');
    this.#at += bytes;
  }

  /** Little-endian. */
  #unsigned(bytes: 1 | 2 | 4): number {
    const at = this.#at;
    this.#skip(bytes);
    if (bytes === 1) return this.#view.getUint8(at);
    return bytes === 2 ? this.#view.getUint16(at, true) : this.#view.getUint32(at, true);
  }
}

function windowBytes(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

function damaged(why: string): DecodeError {
  return new DecodeError('damaged', why);
}
