/**
 * A folder's entries in one ArrayBuffer: made by a format's decoder in a worker thread, handed over without a
 * copy, read by number without making objects. Knows no format and does no I/O.
 */

import { EntryKind } from '../entry-kind.ts';
import { compareBytes } from './byte-order.ts';
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
import { unpackWindowsAttributes, type WindowsAttributes } from './windows-attributes.ts';

export interface NamedValue {
  readonly name: Uint8Array;
  readonly value: Uint8Array;
}

/**
 * Entry numbers run from 0 to `length - 1`; others give undefined behaviour (never memory of anything else).
 * Byte arrays returned are views of the table: never write to them, and copy what is kept for long.
 */
export class TreeTable {
  readonly buffer: ArrayBuffer;
  readonly length: number;
  /** Entries of kinds that cannot be shown, left out of the table. */
  readonly omitted: number;
  /** Whether each name is one by `isPlainName`, and none occurs twice. */
  readonly plainNames: boolean;
  /** Whether any entry is a symlink. */
  readonly hasSymlinks: boolean;
  readonly #doubles: Float64Array;
  readonly #words: Uint32Array;
  readonly #heap: Uint8Array;

  /** Adopts what TreeTableBuilder.finish() made, on this thread or another. */
  constructor(buffer: ArrayBuffer) {
    const header = new Uint32Array(buffer, 0, HEADER_BYTES / 4);
    const length = header[HeaderWord.Length]!;
    const heapStart = HEADER_BYTES + length * RECORD_BYTES;
    if (heapStart + header[HeaderWord.HeapBytes]! !== buffer.byteLength) {
      throw new RangeError(`A buffer of ${buffer.byteLength} bytes is not a table of ${length} entries`);
    }
    this.buffer = buffer;
    this.length = length;
    this.omitted = header[HeaderWord.Omitted]!;
    this.hasSymlinks = (header[HeaderWord.Flags]! & SYMLINKS_FLAG) !== 0;
    this.plainNames = (header[HeaderWord.Flags]! & PLAIN_NAMES_FLAG) !== 0;
    this.#doubles = new Float64Array(buffer, HEADER_BYTES, length * RECORD_DOUBLES);
    this.#words = new Uint32Array(buffer, HEADER_BYTES, length * RECORD_WORDS);
    this.#heap = new Uint8Array(buffer, heapStart);
  }

  name(entry: number): Uint8Array {
    const start = this.#word(entry, WordField.HeapStart);
    return this.#heap.subarray(start, start + this.#word(entry, WordField.NameBytes));
  }

  /** Whether `test` says yes to all names from entry `first` to before `end`. It gets bytes, and where the name is. */
  everyName(
    first: number,
    end: number,
    test: (bytes: Uint8Array, start: number, end: number) => boolean,
  ): boolean {
    for (let entry = first; entry < end; entry++) {
      const start = this.#word(entry, WordField.HeapStart);
      if (!test(this.#heap, start, start + this.#word(entry, WordField.NameBytes))) return false;
    }
    return true;
  }

  /** In bytes. */
  nameLength(entry: number): number {
    return this.#word(entry, WordField.NameBytes);
  }

  /** 64-bit hash of the name in two halves, for inode numbers. */
  nameHashLow(entry: number): number {
    return this.#word(entry, WordField.NameHashLow);
  }

  nameHashHigh(entry: number): number {
    return this.#word(entry, WordField.NameHashHigh);
  }

  /** Binary search: entries are sorted by their names' bytes. -1 if absent; the first where a name occurs twice. */
  find(name: Uint8Array): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compareName(middle, name) < 0) low = middle + 1;
      else high = middle;
    }
    return low < this.length && this.#compareName(low, name) === 0 ? low : -1;
  }

  kind(entry: number): EntryKind {
    return (this.#word(entry, WordField.KindAndMode) >>> 16) as EntryKind;
  }

  /** Whether the format names its kind and does not describe it: the kind given here is the nearest there is. */
  irregular(entry: number): boolean {
    return (this.#word(entry, WordField.KindAndMode) & IRREGULAR) !== 0;
  }

  /** 0o7777 bits. */
  mode(entry: number): number {
    return this.#word(entry, WordField.KindAndMode) & 0o7777;
  }

  uid(entry: number): number {
    return this.#word(entry, WordField.Uid);
  }

  gid(entry: number): number {
    return this.#word(entry, WordField.Gid);
  }

  /** As stored: may be 0. Clamped to 2^32-1. */
  links(entry: number): number {
    return this.#word(entry, WordField.Links);
  }

  /** Bytes, as stored: exact, below 2^53. */
  size(entry: number): number {
    return this.#double(entry, DoubleField.Size);
  }

  deviceMajor(entry: number): number {
    return this.#word(entry, WordField.DeviceMajor);
  }

  deviceMinor(entry: number): number {
    return this.#word(entry, WordField.DeviceMinor);
  }

  /** Device and inode number at backup time, 64 bits each: identity of hard links. */
  sourceDevice(entry: number): bigint {
    return this.#long(entry, WordField.SourceDeviceHigh, WordField.SourceDeviceLow);
  }

  sourceInode(entry: number): bigint {
    return this.#long(entry, WordField.SourceInodeHigh, WordField.SourceInodeLow);
  }

  accessSeconds(entry: number): number {
    return this.#double(entry, DoubleField.AccessSeconds);
  }

  accessNanoseconds(entry: number): number {
    return this.#word(entry, WordField.AccessNanoseconds);
  }

  modifySeconds(entry: number): number {
    return this.#double(entry, DoubleField.ModifySeconds);
  }

  modifyNanoseconds(entry: number): number {
    return this.#word(entry, WordField.ModifyNanoseconds);
  }

  changeSeconds(entry: number): number {
    return this.#double(entry, DoubleField.ChangeSeconds);
  }

  changeNanoseconds(entry: number): number {
    return this.#word(entry, WordField.ChangeNanoseconds);
  }

  /** Of a symlink; empty for others. */
  linkTarget(entry: number): Uint8Array {
    return this.#payloadOf(entry, EntryKind.Symlink);
  }

  linkTargetLength(entry: number): number {
    return this.kind(entry) === EntryKind.Symlink ? this.#word(entry, WordField.PayloadBytes) : 0;
  }

  /** 32-byte tree id of a folder; empty where the backup has none. */
  subtree(entry: number): Uint8Array {
    return this.#payloadOf(entry, EntryKind.Directory);
  }

  /** 32-byte ids of a file's parts, one after the other. */
  content(entry: number): Uint8Array {
    return this.#payloadOf(entry, EntryKind.File);
  }

  /** In stored order. */
  extendedAttributes(entry: number): readonly NamedValue[] {
    const bytes = this.#word(entry, WordField.AttributesBytes);
    if (bytes === 0) return [];
    const start =
      this.#word(entry, WordField.HeapStart) +
      this.#word(entry, WordField.NameBytes) +
      this.#word(entry, WordField.PayloadBytes);
    return readAttributes(this.#heap.subarray(start, start + bytes));
  }

  /** Whether it was backed up on Windows, by a program that says so. */
  hasWindowsAttributes(entry: number): boolean {
    return this.#word(entry, WordField.WindowsBytes) !== 0;
  }

  windowsAttributes(entry: number): WindowsAttributes | undefined {
    const bytes = this.#word(entry, WordField.WindowsBytes);
    if (bytes === 0) return undefined;
    const start =
      this.#word(entry, WordField.HeapStart) +
      this.#word(entry, WordField.NameBytes) +
      this.#word(entry, WordField.PayloadBytes) +
      this.#word(entry, WordField.AttributesBytes);
    return unpackWindowsAttributes(this.#heap, start, bytes);
  }

  #payloadOf(entry: number, kind: EntryKind): Uint8Array {
    if (this.kind(entry) !== kind) return NOTHING;
    const start = this.#word(entry, WordField.HeapStart) + this.#word(entry, WordField.NameBytes);
    return this.#heap.subarray(start, start + this.#word(entry, WordField.PayloadBytes));
  }

  #compareName(entry: number, name: Uint8Array): number {
    const start = this.#word(entry, WordField.HeapStart);
    return compareBytes(this.#heap, start, this.#word(entry, WordField.NameBytes), name, 0, name.length);
  }

  #word(entry: number, field: number): number {
    return this.#words[entry * RECORD_WORDS + field]!;
  }

  #double(entry: number, field: number): number {
    return this.#doubles[entry * RECORD_DOUBLES + field]!;
  }

  #long(entry: number, high: number, low: number): bigint {
    return (BigInt(this.#word(entry, high)) << 32n) | BigInt(this.#word(entry, low));
  }
}

const NOTHING = new Uint8Array(0);

function readAttributes(bytes: Uint8Array): NamedValue[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const attributes: NamedValue[] = [];
  let at = 0;
  while (at < bytes.length) {
    const nameStart = at + 8;
    const valueStart = nameStart + view.getUint32(at, true);
    const end = valueStart + view.getUint32(at + 4, true);
    attributes.push({ name: bytes.subarray(nameStart, valueStart), value: bytes.subarray(valueStart, end) });
    at = end;
  }
  return attributes;
}
