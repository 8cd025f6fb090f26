/**
 * Reads a node's `generic_attributes`: those of Windows, as restic's internal/data/node_windows.go declares them, and
 * `windows.reparse_point` of docs/REPARSE.md. A value of another shape counts as absent: restic, too, restores such a
 * file and says only that it cannot set its attributes.
 */

import type { WindowsAttributes } from '../../windows-attributes.ts';
import { FormatError } from '../format-error.ts';
import { JsonCursor } from '../json/json-cursor.ts';
import { JsonKeys } from '../json/json-keys.ts';

const UINT32_MAX = 0xffffffff;
/** Two access control lists of 64 KiB each, an owner, a group and the header. */
const MAX_DESCRIPTOR_BYTES = 2 * 0x10000 + 0x100;
/** MAXIMUM_REPARSE_DATA_BUFFER_SIZE of ntifs.h. */
const MAX_REPARSE_BYTES = 0x4000;

type Mutable = { -readonly [Field in keyof WindowsAttributes]: WindowsAttributes[Field] };

export class GenericAttributesReader {
  /** The JSON of the security descriptor that was read last, and what it says: most nodes of a folder have the same. */
  #descriptorText: Uint8Array = new Uint8Array(0);
  #descriptor: Uint8Array | undefined;

  /** The object at the cursor. Undefined if none of its attributes is of Windows. */
  read(cursor: JsonCursor): WindowsAttributes | undefined {
    let found: Mutable | undefined;
    cursor.beginObject();
    for (let key = cursor.nextKey(KEYS); key >= 0; key = cursor.nextKey(KEYS)) {
      found ??= { ...NONE };
      const value = cursor.readValueBytes();
      if (key === SECURITY_DESCRIPTOR) found.securityDescriptor = this.#readDescriptor(value);
      else READERS[key]!(found, value);
    }
    return found;
  }

  #readDescriptor(text: Uint8Array): Uint8Array | undefined {
    if (Buffer.compare(text, this.#descriptorText) !== 0) {
      this.#descriptor = readOr(text, (cursor) => readBytes(cursor, MAX_DESCRIPTOR_BYTES));
      this.#descriptorText = text;
    }
    return this.#descriptor;
  }
}

const NONE: WindowsAttributes = {
  fileAttributes: undefined,
  creationTime: undefined,
  securityDescriptor: undefined,
  reparsePoint: undefined,
};

/** In the order in which restic writes them: Go sorts the keys of a map. */
const ATTRIBUTES: Readonly<Record<string, (into: Mutable, value: Uint8Array) => void>> = {
  'windows.creation_time': (into, value) => {
    into.creationTime = readOr(value, readFiletime);
  },
  'windows.file_attributes': (into, value) => {
    into.fileAttributes = readOr(value, (cursor) => cursor.readWhole(UINT32_MAX));
  },
  'windows.reparse_point': (into, value) => {
    into.reparsePoint = readOr(value, (cursor) => readBytes(cursor, MAX_REPARSE_BYTES));
  },
};
const KEYS = new JsonKeys([...Object.keys(ATTRIBUTES), 'windows.security_descriptor']);
const SECURITY_DESCRIPTOR = Object.keys(ATTRIBUTES).length;
const READERS = Object.values(ATTRIBUTES);

function readOr<Value>(
  value: Uint8Array,
  read: (cursor: JsonCursor) => Value | undefined,
): Value | undefined {
  try {
    const cursor = new JsonCursor(value);
    const result = read(cursor);
    cursor.finish();
    return result;
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}

function readBytes(cursor: JsonCursor, most: number): Uint8Array | undefined {
  const bytes = cursor.readBase64();
  return bytes.length > 0 && bytes.length <= most ? bytes : undefined;
}

const FILETIME = { low: 0, high: 1 } as const;
const FILETIME_KEYS = new JsonKeys(['LowDateTime', 'HighDateTime']);

/** Go's syscall.Filetime. */
function readFiletime(cursor: JsonCursor): bigint | undefined {
  let low: number | undefined;
  let high: number | undefined;
  cursor.beginObject();
  for (let key = cursor.nextKey(FILETIME_KEYS); key >= 0; key = cursor.nextKey(FILETIME_KEYS)) {
    const half = cursor.readWhole(UINT32_MAX);
    if (key === FILETIME.low) low = half;
    else high = half;
  }
  return low === undefined || high === undefined ? undefined : (BigInt(high) << 32n) | BigInt(low);
}
