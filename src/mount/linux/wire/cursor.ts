/**
 * Reads and writes the fields of protocol structures, in the machine's byte order. Knows sizes and bounds,
 * not the structures.
 */

const LITTLE = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
const TWO_32 = 0x1_0000_0000;

/** A message that ends before its fields do, or a field that no correct kernel sends. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

/** Reads from the bytes that it is given; what it returns never refers to them. */
export class WireReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2), LITTLE);
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), LITTLE);
  }

  i32(): number {
    return this.#view.getInt32(this.#take(4), LITTLE);
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.#take(8), LITTLE);
  }

  /** 64 bits as a number: exact below 2^53, and above it larger than any offset, count or handle in use. */
  u53(): number {
    return Number(this.u64());
  }

  skip(length: number): this {
    this.#take(length);
    return this;
  }

  /** A copy of the bytes up to a NUL, which is passed over. */
  name(): Uint8Array {
    const end = this.#bytes.indexOf(0, this.#at);
    if (end < 0) throw new WireError('A name in a kernel request has no end');
    const name = this.#bytes.slice(this.#at, end);
    this.#at = end + 1;
    return name;
  }

  #take(length: number): number {
    const at = this.#at;
    if (length > this.left) {
      throw new WireError(`A kernel request ends at byte ${this.#bytes.length}, inside a field`);
    }
    this.#at = at + length;
    return at;
  }
}

/** Writes into one buffer, again and again: `reset`, fields, then `written`. Never beyond its end. */
export class WireWriter {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  #at = 0;

  constructor(size: number) {
    this.#bytes = new Uint8Array(size);
    this.#view = new DataView(this.#bytes.buffer);
  }

  get position(): number {
    return this.#at;
  }

  get size(): number {
    return this.#bytes.length;
  }

  reset(): this {
    this.#at = 0;
    return this;
  }

  /** What was written since `reset`; shared memory, valid until the next `reset`. */
  written(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#at);
  }

  u16(value: number): this {
    this.#view.setUint16(this.#take(2), value, LITTLE);
    return this;
  }

  u32(value: number): this {
    this.#view.setUint32(this.#take(4), value, LITTLE);
    return this;
  }

  u64(value: bigint): this {
    this.#view.setBigUint64(this.#take(8), value, LITTLE);
    return this;
  }

  /** A whole number of either sign as 64 bits in two's complement. */
  i64(value: number): this {
    // Most are small, and take no division.
    if (value >= 0 && value < TWO_32) return this.pair(0, value);
    return this.pair(Math.floor(value / TWO_32), value);
  }

  /** 64 bits from two halves, each taken modulo 2^32. */
  pair(high: number, low: number): this {
    const at = this.#take(8);
    this.#view.setUint32(LITTLE ? at + 4 : at, high, LITTLE);
    this.#view.setUint32(LITTLE ? at : at + 4, low, LITTLE);
    return this;
  }

  /** With zeros behind them up to the next multiple of 8 bytes. */
  padded(value: Uint8Array): this {
    const { length } = value;
    const at = this.#take(length);
    this.zeros(-this.#at & 7);
    // For the lengths of names a loop is quicker than set(), which leaves the JavaScript engine.
    if (length < 64) for (let i = 0; i < length; i++) this.#bytes[at + i] = value[i]!;
    else this.#bytes.set(value, at);
    return this;
  }

  zeros(length: number): this {
    const at = this.#take(length);
    const end = at + length;
    // The same is true of fill().
    let next = at;
    for (; next + 8 <= end; next += 8) this.#view.setFloat64(next, 0);
    for (; next < end; next++) this.#bytes[next] = 0;
    return this;
  }

  #take(length: number): number {
    const at = this.#at;
    if (at + length > this.#bytes.length) {
      throw new RangeError(`Cannot write ${length} bytes at ${at} of ${this.#bytes.length}`);
    }
    this.#at = at + length;
    return at;
  }
}
