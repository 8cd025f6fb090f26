/**
 * Where a TreeTable keeps what: a header, one record of fixed size an entry, then a heap of bytes.
 *
 * Records are rows, not columns: a listing needs all fields of one entry at once, and a row is two cache lines.
 * Shared by the builder and the table, which alone know it.
 */

/** Four 32-bit words: entries, omitted entries, flags, bytes of heap. */
export const HEADER_BYTES = 16;
export const HeaderWord = { Length: 0, Omitted: 1, Flags: 2, HeapBytes: 3 } as const;
export const PLAIN_NAMES_FLAG = 1;
export const SYMLINKS_FLAG = 2;

export const RECORD_DOUBLES = 14;
export const RECORD_WORDS = RECORD_DOUBLES * 2;
export const RECORD_BYTES = RECORD_DOUBLES * 8;

/** Fields that need more than 32 bits, counted in doubles from a record's start. */
export const DoubleField = { Size: 0, AccessSeconds: 1, ModifySeconds: 2, ChangeSeconds: 3 } as const;

/** The others, counted in 32-bit words from a record's start: after the four doubles. */
export const WordField = {
  AccessNanoseconds: 8,
  ModifyNanoseconds: 9,
  ChangeNanoseconds: 10,
  Uid: 11,
  Gid: 12,
  Links: 13,
  DeviceMajor: 14,
  DeviceMinor: 15,
  SourceDeviceLow: 16,
  SourceDeviceHigh: 17,
  SourceInodeLow: 18,
  SourceInodeHigh: 19,
  NameHashLow: 20,
  NameHashHigh: 21,
  /** `kind << 16 | mode`, and IRREGULAR. */
  KindAndMode: 22,
  /** Offset in the heap of the entry's bytes: name, payload, attributes, those of Windows, one after the other. */
  HeapStart: 23,
  NameBytes: 24,
  /** The payload is a symlink's target, a folder's tree id or a file's content ids. */
  PayloadBytes: 25,
  /** Attributes are each `name length, value length (32 bits, little-endian), name, value`. */
  AttributesBytes: 26,
  /** 0 for what was not backed up on Windows; see windows-attributes.ts. */
  WindowsBytes: 27,
} as const;

/** Above the bits of a mode, below those of a kind. */
export const IRREGULAR = 0x8000;
