/**
 * Rows of a 32-byte id and some 32-bit words, found by id: tens of millions of them without an object each, and
 * without ever copying what is there. Several rows may have the same id. Knows nothing of blobs or packs.
 *
 * Linear hashing (Litwin, 1980): as rows come, buckets are split, a few at a time, so no insertion is ever long.
 * All memory is in segments that stay where they are.
 */

const ID_BYTES = 32;
const SEGMENT_BITS = 14;
const SEGMENT_ROWS = 1 << SEGMENT_BITS;
const SEGMENT_MASK = SEGMENT_ROWS - 1;
/** Buckets split at a time; divides the rows of a segment. */
const SPLIT_BUCKETS = 256;
/** Row numbers plus one are kept in 31 bits, which the engine handles as plain integers. */
const MAX_ROWS = 0x7ffffffe;

export class IdTable {
  readonly #wordsPerRow: number;
  readonly #seed: number;
  /** Each row's id and words; the same memory as bytes and as words. */
  readonly #rowBytes: Uint8Array[] = [];
  readonly #rowWords: Uint32Array[] = [];
  /** Each row's successor in its bucket (row number plus one, 0 for none) and its hash. Apart from the rows: short enough to stay in caches. */
  readonly #links: Int32Array[] = [];
  /** Each bucket's first row (plus one). */
  readonly #heads: Int32Array[] = [new Int32Array(SEGMENT_ROWS)];
  /** First rows of the chains that are being split. */
  readonly #splitting = new Int32Array(SPLIT_BUCKETS);
  #length = 0;
  #buckets = SEGMENT_ROWS;
  /** The power of two that the number of buckets last reached, less one. */
  #mask = SEGMENT_ROWS - 1;

  /** The seed keeps buckets short even if somebody chose contents for their ids. */
  constructor(wordsPerRow: number, seed = Math.floor(Math.random() * 0x1_0000_0000)) {
    this.#wordsPerRow = wordsPerRow;
    this.#seed = seed;
  }

  /** Rows, numbered from 0 in the order in which they came. */
  get length(): number {
    return this.#length;
  }

  /** To be given to the other methods along with the same id: the 32 bytes at `at`. */
  hash(ids: Uint8Array, at: number): number {
    const first = ids[at]! | (ids[at + 1]! << 8) | (ids[at + 2]! << 16) | (ids[at + 3]! << 24);
    const second = ids[at + 4]! | (ids[at + 5]! << 8) | (ids[at + 6]! << 16) | (ids[at + 7]! << 24);
    return avalanche(avalanche(first ^ this.#seed) ^ second);
  }

  /** A row with this id, -1 if there is none. */
  first(hash: number, ids: Uint8Array, at: number): number {
    const bucket = this.#bucketOf(hash);
    return this.#search(this.#heads[bucket >>> SEGMENT_BITS]![bucket & SEGMENT_MASK]!, hash, ids, at);
  }

  /** Another row with the id of `row`, -1 behind the last. */
  next(row: number, hash: number, ids: Uint8Array, at: number): number {
    return this.#search(this.#links[row >>> SEGMENT_BITS]![(row & SEGMENT_MASK) * 2]!, hash, ids, at);
  }

  /** Adds a row, its words 0, and returns its number. */
  append(hash: number, ids: Uint8Array, at: number): number {
    const row = this.#length;
    if (row >= MAX_ROWS) throw new RangeError('An index of over two thousand million rows');
    if ((row & SEGMENT_MASK) === 0) this.#addRowSegment();
    const bytes = this.#rowBytes[row >>> SEGMENT_BITS]!;
    const start = (row & SEGMENT_MASK) * this.#rowLength;
    for (let i = 0; i < ID_BYTES; i++) bytes[start + i] = ids[at + i]!;
    this.#link(row, this.#bucketOf(hash), hash);
    this.#length++;
    if (this.#length >= this.#buckets + SPLIT_BUCKETS) this.#splitBuckets();
    return row;
  }

  word(row: number, word: number): number {
    return this.#rowWords[row >>> SEGMENT_BITS]![this.#wordAt(row, word)]!;
  }

  setWord(row: number, word: number, value: number): void {
    this.#rowWords[row >>> SEGMENT_BITS]![this.#wordAt(row, word)] = value;
  }

  hexId(row: number): string {
    const start = (row & SEGMENT_MASK) * this.#rowLength;
    const { buffer } = this.#rowBytes[row >>> SEGMENT_BITS]!;
    return Buffer.from(buffer, start, ID_BYTES).toString('hex');
  }

  get #rowLength(): number {
    return ID_BYTES + this.#wordsPerRow * 4;
  }

  #wordAt(row: number, word: number): number {
    return (((row & SEGMENT_MASK) * this.#rowLength + ID_BYTES) >>> 2) + word;
  }

  #search(from: number, hash: number, ids: Uint8Array, at: number): number {
    for (let linked = from; linked !== 0; ) {
      const row = linked - 1;
      const links = this.#links[row >>> SEGMENT_BITS]!;
      const link = (row & SEGMENT_MASK) * 2;
      if (links[link + 1] === hash && this.#hasId(row, ids, at)) return row;
      linked = links[link]!;
    }
    return -1;
  }

  #hasId(row: number, ids: Uint8Array, at: number): boolean {
    const bytes = this.#rowBytes[row >>> SEGMENT_BITS]!;
    const start = (row & SEGMENT_MASK) * this.#rowLength;
    for (let i = 0; i < ID_BYTES; i++) if (bytes[start + i] !== ids[at + i]) return false;
    return true;
  }

  #bucketOf(hash: number): number {
    const bucket = hash & (this.#mask * 2 + 1);
    return bucket < this.#buckets ? bucket : hash & this.#mask;
  }

  #link(row: number, bucket: number, hash: number): void {
    const heads = this.#heads[bucket >>> SEGMENT_BITS]!;
    const links = this.#links[row >>> SEGMENT_BITS]!;
    const link = (row & SEGMENT_MASK) * 2;
    links[link] = heads[bucket & SEGMENT_MASK]!;
    links[link + 1] = hash;
    heads[bucket & SEGMENT_MASK] = row + 1;
  }

  /**
   * Adds buckets, and moves to each what belongs there out of the one bucket that it comes from.
   * Goes through all of their chains side by side: so the memory accesses, which miss every cache, overlap.
   */
  #splitBuckets(): void {
    const firstAdded = this.#buckets;
    const firstSplit = firstAdded & this.#mask;
    if ((firstAdded & SEGMENT_MASK) === 0) this.#heads.push(new Int32Array(SEGMENT_ROWS));
    const heads = this.#heads[firstSplit >>> SEGMENT_BITS]!;
    const start = firstSplit & SEGMENT_MASK;
    this.#splitting.set(heads.subarray(start, start + SPLIT_BUCKETS));
    heads.fill(0, start, start + SPLIT_BUCKETS);
    this.#buckets += SPLIT_BUCKETS;
    while (this.#relinkFirsts());
    if (this.#buckets === (this.#mask + 1) * 2) this.#mask = this.#mask * 2 + 1;
  }

  /** Puts the first row of each chain being split where it belongs now. Whether there are more. */
  #relinkFirsts(): boolean {
    const splitting = this.#splitting;
    let more = 0;
    for (let i = 0; i < SPLIT_BUCKETS; i++) {
      const linked = splitting[i]!;
      if (linked === 0) continue;
      const row = linked - 1;
      const links = this.#links[row >>> SEGMENT_BITS]!;
      const link = (row & SEGMENT_MASK) * 2;
      const following = links[link]!;
      splitting[i] = following;
      more |= following;
      const hash = links[link + 1]!;
      // Not bucketOf(): a branch on what is only just being loaded would hold up the accesses that follow.
      this.#link(row, hash & (this.#mask * 2 + 1), hash);
    }
    return more !== 0;
  }

  #addRowSegment(): void {
    const buffer = new ArrayBuffer(SEGMENT_ROWS * this.#rowLength);
    this.#rowBytes.push(new Uint8Array(buffer));
    this.#rowWords.push(new Uint32Array(buffer));
    this.#links.push(new Int32Array(SEGMENT_ROWS * 2));
  }
}

/** MurmurHash3's finaliser. */
function avalanche(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
