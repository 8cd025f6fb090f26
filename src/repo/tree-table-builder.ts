/**
 * Gathers a folder's entries and makes the TreeTable of them: sorted by name, names hashed and checked once.
 * Knows no format: a decoder (or a test) fills one TreeEntry after the other.
 */

import { EntryKind } from '../entry-kind.ts';
import { compareBytes } from './byte-order.ts';
import { hashName } from './name-hash.ts';
import { isPlainName } from './plain-name.ts';
import { makeTreeEntry, type TreeEntry } from './tree-entry.ts';
import { type NamedValue, TreeTable } from './tree-table.ts';
import {
  DoubleField,
  HEADER_BYTES,
  HeaderWord,
  IRREGULAR,
  PLAIN_NAMES_FLAG,
  RECORD_BYTES,
  RECORD_DOUBLES,
  RECORD_WORDS,
  SYMLINKS_FLAG,
  WordField,
} from './tree-table-layout.ts';
import {
  type HeapRange,
  packedBytes,
  packWindowsAttributes,
  type WindowsAttributes,
} from './windows-attributes.ts';

export { makeTreeEntry, type TreeEntry };

const NOTHING = new Uint8Array(0);
const MAX_LINKS = 0xffffffff;
/** Heap offsets are 32 bits; an ArrayBuffer must hold it all as well. */
const MAX_HEAP_BYTES = 0xffffffff;
/** In a folder there are few different ones, of folders and of files, with what a person set by hand. */
const REMEMBERED_DESCRIPTORS = 8;

export class TreeTableBuilder {
  #records: ArrayBuffer;
  #doubles: Float64Array;
  #words: Uint32Array;
  #capacity: number;
  #heap: Uint8Array;
  #heapUsed = 0;
  #length = 0;
  #omitted = 0;
  #sorted = true;
  #plainNames = true;
  #hasSymlinks = false;
  /** The security descriptors that were met last, so that one is held once for all entries with it. */
  readonly #descriptors: HeapRange[] = [];
  #lastDescriptor: Uint8Array | undefined;
  readonly #hash = new Uint32Array(2);

  /** `expectedEntries` and `expectedHeapBytes` only save growing. */
  constructor(expectedEntries = 16, expectedHeapBytes = 1024) {
    this.#capacity = Math.max(1, expectedEntries);
    this.#records = new ArrayBuffer(this.#capacity * RECORD_BYTES);
    this.#doubles = new Float64Array(this.#records);
    this.#words = new Uint32Array(this.#records);
    this.#heap = new Uint8Array(Math.max(1, expectedHeapBytes));
  }

  get length(): number {
    return this.#length;
  }

  /** Copies the entry; the caller may use it again. */
  add(entry: TreeEntry): void {
    if (this.#length === this.#capacity) this.#growRecords();
    if (!isPlainName(entry.name)) this.#plainNames = false;
    const row = this.#length * RECORD_WORDS;
    this.#writeDoubles(entry, this.#length * RECORD_DOUBLES);
    this.#writeWords(entry, row);
    this.#writeBytes(entry, row);
    if (this.#length > 0) this.#checkOrder(this.#length - 1, this.#length);
    this.#length++;
  }

  /** Counts an entry that cannot be shown. */
  omit(): void {
    this.#omitted++;
  }

  /** The table, in a buffer of exactly its size. The builder must not be used any more. */
  finish(): TreeTable {
    const recordBytes = this.#length * RECORD_BYTES;
    const buffer = new ArrayBuffer(HEADER_BYTES + recordBytes + this.#heapUsed);
    const records = new Uint8Array(buffer, HEADER_BYTES, recordBytes);
    if (this.#sorted) records.set(new Uint8Array(this.#records, 0, recordBytes));
    else this.#copySorted(records);
    new Uint8Array(buffer, HEADER_BYTES + recordBytes).set(this.#heap.subarray(0, this.#heapUsed));
    const header = new Uint32Array(buffer, 0, HEADER_BYTES / 4);
    header[HeaderWord.Length] = this.#length;
    header[HeaderWord.Omitted] = this.#omitted;
    header[HeaderWord.Flags] =
      (this.#plainNames ? PLAIN_NAMES_FLAG : 0) | (this.#hasSymlinks ? SYMLINKS_FLAG : 0);
    header[HeaderWord.HeapBytes] = this.#heapUsed;
    return new TreeTable(buffer);
  }

  #writeDoubles(entry: TreeEntry, row: number): void {
    const doubles = this.#doubles;
    doubles[row + DoubleField.Size] = entry.size;
    doubles[row + DoubleField.AccessSeconds] = entry.accessSeconds;
    doubles[row + DoubleField.ModifySeconds] = entry.modifySeconds;
    doubles[row + DoubleField.ChangeSeconds] = entry.changeSeconds;
  }

  #writeWords(entry: TreeEntry, row: number): void {
    const words = this.#words;
    words[row + WordField.AccessNanoseconds] = entry.accessNanoseconds;
    words[row + WordField.ModifyNanoseconds] = entry.modifyNanoseconds;
    words[row + WordField.ChangeNanoseconds] = entry.changeNanoseconds;
    words[row + WordField.Uid] = entry.uid;
    words[row + WordField.Gid] = entry.gid;
    words[row + WordField.Links] = Math.min(entry.links, MAX_LINKS);
    words[row + WordField.DeviceMajor] = entry.deviceMajor;
    words[row + WordField.DeviceMinor] = entry.deviceMinor;
    words[row + WordField.SourceDeviceLow] = entry.sourceDeviceLow;
    words[row + WordField.SourceDeviceHigh] = entry.sourceDeviceHigh;
    words[row + WordField.SourceInodeLow] = entry.sourceInodeLow;
    words[row + WordField.SourceInodeHigh] = entry.sourceInodeHigh;
    const irregular = entry.irregular ? IRREGULAR : 0;
    words[row + WordField.KindAndMode] = (entry.kind << 16) | irregular | (entry.mode & 0o7777);
    if (entry.kind === EntryKind.Symlink) this.#hasSymlinks = true;
    hashName(entry.name, 0, entry.name.length, this.#hash);
    words[row + WordField.NameHashLow] = this.#hash[0]!;
    words[row + WordField.NameHashHigh] = this.#hash[1]!;
  }

  #writeBytes(entry: TreeEntry, row: number): void {
    const words = this.#words;
    const payload = payloadOf(entry);
    words[row + WordField.HeapStart] = this.#heapUsed;
    words[row + WordField.NameBytes] = entry.name.length;
    words[row + WordField.PayloadBytes] = payload.length;
    this.#append(entry.name);
    this.#append(payload);
    const attributesStart = this.#heapUsed;
    if (entry.extendedAttributes.length > 0) this.#appendAttributes(entry.extendedAttributes);
    words[row + WordField.AttributesBytes] = this.#heapUsed - attributesStart;
    if (entry.windows !== undefined) words[row + WordField.WindowsBytes] = this.#appendWindows(entry.windows);
  }

  /** Returns how many bytes belong to this entry alone; a descriptor that is new here follows them. */
  #appendWindows(attributes: WindowsAttributes): number {
    const descriptor = attributes.securityDescriptor ?? NOTHING;
    const bytes = packedBytes(attributes);
    const known = this.#findDescriptor(descriptor);
    this.#lastDescriptor = known === undefined ? descriptor : this.#lastDescriptor;
    const range = known ?? { start: this.#heapUsed + bytes, length: descriptor.length };
    this.#append(packWindowsAttributes(attributes, range));
    if (known !== undefined) return bytes;
    this.#append(descriptor);
    this.#descriptors.unshift(range);
    if (this.#descriptors.length > REMEMBERED_DESCRIPTORS) this.#descriptors.pop();
    return bytes;
  }

  #findDescriptor(bytes: Uint8Array): HeapRange | undefined {
    // Decoders give the very same array for the same bytes one after the other.
    if (bytes === this.#lastDescriptor) return this.#descriptors[0];
    return this.#descriptors.find(
      ({ start, length }) =>
        length === bytes.length && compareBytes(this.#heap, start, length, bytes, 0, length) === 0,
    );
  }

  #appendAttributes(attributes: readonly NamedValue[]): void {
    for (const { name, value } of attributes) {
      const lengths = new DataView(new ArrayBuffer(8));
      lengths.setUint32(0, name.length, true);
      lengths.setUint32(4, value.length, true);
      this.#append(new Uint8Array(lengths.buffer));
      this.#append(name);
      this.#append(value);
    }
  }

  #append(bytes: Uint8Array): void {
    const end = this.#heapUsed + bytes.length;
    if (end > this.#heap.length) this.#growHeap(end);
    // For the lengths of names a loop is quicker than set(), which leaves the JavaScript engine.
    if (bytes.length < 64) for (let i = 0; i < bytes.length; i++) this.#heap[this.#heapUsed + i] = bytes[i]!;
    else this.#heap.set(bytes, this.#heapUsed);
    this.#heapUsed = end;
  }

  #growRecords(): void {
    const grown = new ArrayBuffer(this.#records.byteLength * 2);
    new Uint8Array(grown).set(new Uint8Array(this.#records));
    this.#capacity *= 2;
    this.#records = grown;
    this.#doubles = new Float64Array(grown);
    this.#words = new Uint32Array(grown);
  }

  #growHeap(needed: number): void {
    if (needed > MAX_HEAP_BYTES) throw new RangeError('A folder with over 4 GiB of names and ids');
    const grown = new Uint8Array(Math.min(MAX_HEAP_BYTES, Math.max(needed, this.#heap.length * 2)));
    grown.set(this.#heap.subarray(0, this.#heapUsed));
    this.#heap = grown;
  }

  #checkOrder(earlier: number, later: number): void {
    const order = this.#compareNames(earlier, later);
    if (order > 0) this.#sorted = false;
    if (order === 0) this.#plainNames = false;
  }

  #compareNames(a: number, b: number): number {
    const words = this.#words;
    const rowA = a * RECORD_WORDS;
    const rowB = b * RECORD_WORDS;
    return compareBytes(
      this.#heap,
      words[rowA + WordField.HeapStart]!,
      words[rowA + WordField.NameBytes]!,
      this.#heap,
      words[rowB + WordField.HeapStart]!,
      words[rowB + WordField.NameBytes]!,
    );
  }

  #copySorted(into: Uint8Array): void {
    const order = Uint32Array.from({ length: this.#length }, (_, entry) => entry);
    order.sort((a, b) => this.#compareNames(a, b) || a - b);
    order.forEach((entry, place) => {
      if (place > 0 && this.#compareNames(order[place - 1]!, entry) === 0) this.#plainNames = false;
      into.set(new Uint8Array(this.#records, entry * RECORD_BYTES, RECORD_BYTES), place * RECORD_BYTES);
    });
  }
}

function payloadOf(entry: TreeEntry): Uint8Array {
  if (entry.kind === EntryKind.File) return entry.content;
  if (entry.kind === EntryKind.Directory) return entry.subtree;
  return entry.kind === EntryKind.Symlink ? entry.linkTarget : NOTHING;
}
