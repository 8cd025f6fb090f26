/**
 * The members that a node usually begins with, in restic's order and spelling: to look for just these bytes is several
 * times as fast as to read whatever JSON allows. Ends before the first member that is written in any other way, and leaves
 * that one and all after it to whoever reads any JSON.
 */

import { EntryKind } from '../../../entry-kind.ts';
import type { TreeEntry } from '../../tree-entry.ts';
import { endOfBytes, isRepeated } from '../json/json-bytes.ts';
import { digitsToNumber, digitsToWords, endOfFewDigits } from '../json/json-number.ts';
import { decodeHex, endOfSimpleText } from '../json/json-text.ts';
import { type MutableTimestamp, parseRfc3339 } from '../rfc3339.ts';
import { permissions } from './go-mode.ts';
import { RepeatedRun } from './repeated-run.ts';

/** As restic's internal/data/node.go has them. A member's place is its number. */
export const USUAL_MEMBERS = [
  ...['name', 'type', 'mode', 'mtime', 'atime', 'ctime', 'uid', 'gid', 'user', 'group'],
  ...['inode', 'device_id', 'size', 'links'],
] as const;

const Member = {
  Name: 0,
  Type: 1,
  Mode: 2,
  ModifyTime: 3,
  AccessTime: 4,
  ChangeTime: 5,
  Uid: 6,
  User: 8,
  Group: 9,
  Inode: 10,
  Device: 11,
  Size: 12,
  Links: 13,
} as const;

const encoder = new TextEncoder();
const OPENINGS = USUAL_MEMBERS.map((name, member) => encoder.encode(`${member === 0 ? '{' : ','}"${name}":`));
const FILE = encoder.encode('"file"');
const DIRECTORY = encoder.encode('"dir"');
const CONTENT = encoder.encode(',"content":["');
const CONTENT_END = encoder.encode('"]');

const ID_BYTES = 32;
const UINT32_MAX = 0xffffffff;
/** Of a number that a double holds exactly, whatever they are. */
const MOST_DIGITS = 15;
/** Of a number of 64 bits, whatever they are. */
const MOST_LONG_DIGITS = 19;

export class UsualMembers {
  readonly #bytes: Uint8Array;
  readonly #run: RepeatedRun;
  readonly #time: MutableTimestamp = { seconds: 0, nanoseconds: 0, offsetSeconds: 0 };
  /** Where the text of `#time` stands; from 0 to 0 if it does not. */
  #timeStart = 0;
  #timeEnd = 0;
  readonly #long = new Uint32Array(2);
  #end = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#run = new RepeatedRun(bytes);
  }

  /** Behind the last value that was read. */
  get end(): number {
    return this.#end;
  }

  /** Reads from where a node begins. Returns how many members were read: so many of the first of USUAL_MEMBERS. */
  read(start: number, entry: TreeEntry): number {
    const members = this.#readAll(start, Member.Name, Member.Type, entry);
    if (members < Member.Type) return members;
    const from = this.#end;
    const repeated = this.#run.repeat(from, entry);
    if (repeated > 0) return this.#readAll(repeated, Member.Inode, OPENINGS.length, entry);
    const before = this.#readAll(from, Member.Type, Member.Inode, entry);
    if (before < Member.Inode) return before;
    this.#run.learn(from, this.#end, entry);
    return this.#readAll(this.#end, Member.Inode, OPENINGS.length, entry);
  }

  /** Reads a content of one part behind all that read() reads. False if it is anything else: then `into` is of no use. */
  readContent(into: Uint8Array): boolean {
    const bytes = this.#bytes;
    const start = endOfBytes(bytes, this.#end, CONTENT);
    if (start < 0 || !decodeHex(bytes, start, into, 0, ID_BYTES)) return false;
    const end = endOfBytes(bytes, start + 2 * ID_BYTES, CONTENT_END);
    if (end < 0) return false;
    this.#end = end;
    return true;
  }

  /** Returns the first member from `first` on that is not as it usually is, or `end` if all before it are. */
  #readAll(start: number, first: number, end: number, entry: TreeEntry): number {
    this.#end = start;
    for (let member = first; member < end; member++) {
      const value = endOfBytes(this.#bytes, this.#end, OPENINGS[member]!);
      const behind = value < 0 ? -1 : this.#readValue(member, value, entry);
      if (behind < 0) return member;
      this.#end = behind;
    }
    return end;
  }

  /** Returns the offset behind the value at `start`, or -1 if it is not what it usually is: then nothing was set. */
  #readValue(member: number, start: number, entry: TreeEntry): number {
    switch (member) {
      case Member.Name:
        return this.#readName(start, entry);
      case Member.Type:
        return this.#readType(start, entry);
      case Member.ModifyTime:
      case Member.AccessTime:
      case Member.ChangeTime:
        return this.#readTime(member, start, entry);
      case Member.User:
      case Member.Group: {
        const end = endOfSimpleText(this.#bytes, start);
        return end < 0 ? -1 : end + 1;
      }
      case Member.Inode:
      case Member.Device:
      case Member.Links:
        return this.#readLong(member, start, entry);
      default:
        return this.#readNumber(member, start, entry);
    }
  }

  /** Without escapes in JSON there is none of Go either, for both begin with a backslash. */
  #readName(start: number, entry: TreeEntry): number {
    const end = endOfSimpleText(this.#bytes, start);
    if (end < 0) return -1;
    entry.name = this.#bytes.subarray(start + 1, end);
    return end + 1;
  }

  #readType(start: number, entry: TreeEntry): number {
    const file = endOfBytes(this.#bytes, start, FILE);
    const end = file < 0 ? endOfBytes(this.#bytes, start, DIRECTORY) : file;
    if (end >= 0) entry.kind = file < 0 ? EntryKind.Directory : EntryKind.File;
    return end;
  }

  #readTime(member: number, start: number, entry: TreeEntry): number {
    const end = this.#parseTime(start);
    if (end < 0) return -1;
    const { seconds, nanoseconds } = this.#time;
    if (member === Member.ModifyTime) {
      entry.modifySeconds = seconds;
      entry.modifyNanoseconds = nanoseconds;
    } else if (member === Member.AccessTime) {
      entry.accessSeconds = seconds;
      entry.accessNanoseconds = nanoseconds;
    } else {
      entry.changeSeconds = seconds;
      entry.changeNanoseconds = nanoseconds;
    }
    return end;
  }

  /** The times of an entry, and of those beside it, are often the same: then nothing is parsed again. */
  #parseTime(start: number): number {
    const bytes = this.#bytes;
    const length = this.#timeEnd - this.#timeStart;
    if (length > 0 && isRepeated(bytes, start, this.#timeStart, length)) return start + length;
    const end = endOfSimpleText(bytes, start);
    if (end < 0) return -1;
    this.#timeStart = this.#timeEnd = 0;
    if (!parseRfc3339(bytes, start + 1, end, this.#time)) return -1;
    this.#timeStart = start;
    this.#timeEnd = end + 1;
    return end + 1;
  }

  #readNumber(member: number, start: number, entry: TreeEntry): number {
    const end = endOfFewDigits(this.#bytes, start, MOST_DIGITS);
    if (end < 0) return -1;
    const value = digitsToNumber(this.#bytes, start, end);
    if (member === Member.Size) {
      entry.size = value;
      return end;
    }
    if (value > UINT32_MAX) return -1;
    if (member === Member.Mode) entry.mode = permissions(value);
    else if (member === Member.Uid) entry.uid = value;
    else entry.gid = value;
    return end;
  }

  #readLong(member: number, start: number, entry: TreeEntry): number {
    const end = endOfFewDigits(this.#bytes, start, MOST_LONG_DIGITS);
    if (end < 0) return -1;
    digitsToWords(this.#bytes, start, end, this.#long);
    const low = this.#long[0]!;
    const high = this.#long[1]!;
    if (member === Member.Inode) {
      entry.sourceInodeLow = low;
      entry.sourceInodeHigh = high;
    } else if (member === Member.Device) {
      entry.sourceDeviceLow = low;
      entry.sourceDeviceHigh = high;
    } else entry.links = high === 0 ? low : UINT32_MAX;
    return end;
  }
}
