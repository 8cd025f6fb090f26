/**
 * Reads one node of a tree document after the other into the same TreeEntry: members as restic's
 * internal/data/node.go declares them. Makes no object a node but views of the document.
 */

import { EntryKind } from '../../../entry-kind.ts';
import { clearTreeEntry, makeTreeEntry, type TreeEntry } from '../../tree-entry.ts';
import type { NamedValue } from '../../tree-table.ts';

import { FormatError } from '../format-error.ts';
import type { JsonCursor } from '../json/json-cursor.ts';
import { JsonKeys } from '../json/json-keys.ts';
import { type MutableTimestamp, parseRfc3339 } from '../rfc3339.ts';
import { GenericAttributesReader } from './generic-attributes.ts';
import { deviceMajor, deviceMinor, permissions } from './go-mode.ts';
import { goUnquote } from './go-quote.ts';
import { USUAL_MEMBERS, UsualMembers } from './usual-members.ts';

const UINT32_MAX = 0xffffffff;
const ID_BYTES = 32;
const NOTHING: Uint8Array = new Uint8Array(0);

/** What a field's reader fills: the entry, and room that is used again for node after node. */
interface NodeInProgress {
  readonly cursor: JsonCursor;
  readonly entry: TreeEntry;
  readonly subtree: Uint8Array;
  content: Uint8Array;
  readonly time: MutableTimestamp;
  readonly genericAttributes: GenericAttributesReader;
  /** Low, high. */
  readonly long: Uint32Array;
  typeKnown: boolean;
  rawTarget: boolean;
}

export class NodeReader {
  readonly #node: NodeInProgress;
  readonly #usual: UsualMembers;

  /** `cursor` reads `bytes`. */
  constructor(cursor: JsonCursor, bytes: Uint8Array) {
    this.#node = {
      cursor,
      entry: makeTreeEntry(),
      subtree: new Uint8Array(ID_BYTES),
      content: new Uint8Array(ID_BYTES),
      time: { seconds: 0, nanoseconds: 0, offsetSeconds: 0 },
      genericAttributes: new GenericAttributesReader(),
      long: new Uint32Array(2),
      typeKnown: false,
      rawTarget: false,
    };
    this.#usual = new UsualMembers(bytes);
  }

  /** What read() read last; its byte arrays are good until the next read(). */
  get entry(): TreeEntry {
    return this.#node.entry;
  }

  /** Reads the node at the cursor. False if it is of a kind that cannot be shown. */
  read(): boolean {
    const node = this.#node;
    const { cursor } = node;
    clearTreeEntry(node.entry);
    node.rawTarget = false;
    this.#beginNode();
    for (let key = cursor.nextKey(KEYS); key >= 0; key = cursor.nextKey(KEYS)) {
      // Go leaves a field as it is where the document has null.
      if (!cursor.readNull()) READERS[key]!(node);
    }
    if (node.entry.irregular) chooseIrregularKind(node.entry);
    return node.typeKnown;
  }

  /** Reads what is written as usual. The cursor goes on behind it. */
  #beginNode(): void {
    const { cursor, entry } = this.#node;
    const members = this.#usual.read(cursor.offset, entry);
    this.#node.typeKnown = members > TYPE;
    if (members === 0) {
      cursor.beginObject();
      return;
    }
    if (members === USUAL_MEMBERS.length) this.#readContent();
    cursor.goOnBehindValue(this.#usual.end, members);
  }

  #readContent(): void {
    const { content, entry } = this.#node;
    if (this.#usual.readContent(content))
      entry.content = content.length === ID_BYTES ? content : content.subarray(0, ID_BYTES);
  }
}

/** In the order in which restic writes them, which is matched fastest. */
const FIELDS: Readonly<Record<string, (node: NodeInProgress) => void>> = {
  name: readName,
  type: readType,
  mode: ({ entry, cursor }) => {
    entry.mode = permissions(cursor.readWhole(UINT32_MAX));
  },
  mtime: (node) => {
    const { entry, time } = node;
    readTime(node);
    entry.modifySeconds = time.seconds;
    entry.modifyNanoseconds = time.nanoseconds;
  },
  atime: (node) => {
    const { entry, time } = node;
    readTime(node);
    entry.accessSeconds = time.seconds;
    entry.accessNanoseconds = time.nanoseconds;
  },
  ctime: (node) => {
    const { entry, time } = node;
    readTime(node);
    entry.changeSeconds = time.seconds;
    entry.changeNanoseconds = time.nanoseconds;
  },
  uid: ({ entry, cursor }) => {
    entry.uid = cursor.readWhole(UINT32_MAX);
  },
  gid: ({ entry, cursor }) => {
    entry.gid = cursor.readWhole(UINT32_MAX);
  },
  user: ({ cursor }) => cursor.skipText(),
  group: ({ cursor }) => cursor.skipText(),
  inode: ({ entry, cursor, long }) => {
    cursor.readUint64(long);
    entry.sourceInodeLow = long[0]!;
    entry.sourceInodeHigh = long[1]!;
  },
  device_id: ({ entry, cursor, long }) => {
    cursor.readUint64(long);
    entry.sourceDeviceLow = long[0]!;
    entry.sourceDeviceHigh = long[1]!;
  },
  size: ({ entry, cursor }) => {
    entry.size = cursor.readWhole(Number.MAX_SAFE_INTEGER);
  },
  links: ({ entry, cursor, long }) => {
    cursor.readUint64(long);
    entry.links = long[1] === 0 ? long[0]! : UINT32_MAX;
  },
  linktarget: (node) => {
    const target = readText(node.cursor);
    if (!node.rawTarget) node.entry.linkTarget = target;
  },
  linktarget_raw: (node) => {
    node.entry.linkTarget = node.cursor.readBase64();
    node.rawTarget = true;
  },
  extended_attributes: ({ entry, cursor }) => {
    entry.extendedAttributes = readAttributes(cursor);
  },
  generic_attributes: ({ entry, cursor, genericAttributes }) => {
    entry.windows = genericAttributes.read(cursor);
  },
  device: ({ entry, cursor, long }) => {
    cursor.readUint64(long);
    entry.deviceMajor = deviceMajor(long[0]!, long[1]!);
    entry.deviceMinor = deviceMinor(long[0]!, long[1]!);
  },
  content: readContent,
  subtree: ({ entry, cursor, subtree }) => {
    cursor.readHex(subtree, 0, ID_BYTES);
    entry.subtree = subtree;
  },
};
const KEYS = new JsonKeys(Object.keys(FIELDS));
const TYPE = Object.keys(FIELDS).indexOf('type');
const READERS = Object.values(FIELDS);

const KIND_OF_TYPE: Readonly<Record<string, EntryKind>> = {
  file: EntryKind.File,
  dir: EntryKind.Directory,
  symlink: EntryKind.Symlink,
  dev: EntryKind.BlockDevice,
  chardev: EntryKind.CharDevice,
  fifo: EntryKind.Fifo,
  socket: EntryKind.Socket,
};
const TYPES = new JsonKeys([...Object.keys(KIND_OF_TYPE), 'irregular']);
const KINDS = Object.values(KIND_OF_TYPE);
const IRREGULAR = KINDS.length;

/** A name is quoted as a Go string before it is quoted as a JSON string. */
function readName({ cursor, entry }: NodeInProgress): void {
  const { bytes, start, end } = cursor.readText();
  // Without escapes in JSON there is none of Go either, for both begin with a backslash.
  if (!cursor.hadEscapes) entry.name = bytes.subarray(start, end);
  else entry.name = goUnquote(bytes, start, end);
}

/** An empty type and types to come stay unknown. */
function readType(node: NodeInProgress): void {
  const type = node.cursor.readChoice(TYPES);
  const kind = KINDS[type];
  node.entry.irregular = type === IRREGULAR;
  node.typeKnown = kind !== undefined || node.entry.irregular;
  if (kind !== undefined) node.entry.kind = kind;
}

/**
 * What restic 0.17.1 stored of reparse points that it did not know: a name and attributes, no content. As a file it
 * would read as an empty one, which it was not; as a link that leads nowhere it says what it is, and nothing hangs.
 */
function chooseIrregularKind(entry: TreeEntry): void {
  const buffer = entry.windows?.reparsePoint;
  const isSocket = buffer !== undefined && SOCKET_TAG.every((byte, i) => buffer[i] === byte);
  entry.kind = isSocket ? EntryKind.Socket : EntryKind.Symlink;
}

/** IO_REPARSE_TAG_AF_UNIX, 0x80000023, as a buffer begins with it. */
const SOCKET_TAG = Uint8Array.of(0x23, 0x00, 0x00, 0x80);

function readTime({ cursor, time }: NodeInProgress): void {
  const { bytes, start, end } = cursor.readText();
  if (!parseRfc3339(bytes, start, end, time)) throw new FormatError('Expected a time', cursor.offset);
}

function readText(cursor: JsonCursor): Uint8Array {
  const { bytes, start, end } = cursor.readText();
  return bytes.subarray(start, end);
}

function readContent(node: NodeInProgress): void {
  const { cursor } = node;
  let length = 0;
  cursor.beginArray();
  while (cursor.nextElement()) {
    if (length === node.content.length) node.content = doubled(node.content);
    cursor.readHex(node.content, length, ID_BYTES);
    length += ID_BYTES;
  }
  node.entry.content = node.content.subarray(0, length);
}

function doubled(bytes: Uint8Array): Uint8Array {
  const grown = new Uint8Array(bytes.length * 2);
  grown.set(bytes);
  return grown;
}

const ATTRIBUTE = { name: 0, value: 1 } as const;
const ATTRIBUTE_KEYS = new JsonKeys(Object.keys(ATTRIBUTE));

function readAttributes(cursor: JsonCursor): NamedValue[] {
  const attributes: NamedValue[] = [];
  cursor.beginArray();
  while (cursor.nextElement()) attributes.push(readAttribute(cursor));
  return attributes;
}

function readAttribute(cursor: JsonCursor): NamedValue {
  let name = NOTHING;
  let value = NOTHING;
  cursor.beginObject();
  for (let key = cursor.nextKey(ATTRIBUTE_KEYS); key >= 0; key = cursor.nextKey(ATTRIBUTE_KEYS)) {
    if (cursor.readNull()) continue;
    if (key === ATTRIBUTE.name) name = readText(cursor);
    else value = cursor.readBase64();
  }
  return { name, value };
}
