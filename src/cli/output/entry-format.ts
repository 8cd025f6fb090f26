/** One line for one entry of a folder: a path, a long line, or a JSON object. Pure but for the time zone. */

import { EntryKind } from '../../entry-kind.ts';
import type { Attributes, StoredFacts } from '../../mount/node.ts';
import { decodeName, printableName } from './escape.ts';
import { goFileMode, goFileModeText } from './go-file-mode.ts';
import { jsonText } from './json-output.ts';
import { localTime, utcTimestamp } from './timestamps.ts';
import { windowsJson } from './windows-json.ts';

export interface ListedEntry {
  readonly name: Uint8Array;
  /** From the listed folder on, with a leading `/`. */
  readonly path: Uint8Array;
  readonly attributes: Readonly<Attributes>;
  /** Of a symlink, where the format asks for it. */
  readonly target: Uint8Array | undefined;
  /** Where the format asks for them. */
  readonly facts?: StoredFacts | undefined;
}

export interface EntryFormat {
  readonly needsAttributes: boolean;
  readonly needsTargets: boolean;
  readonly needsFacts: boolean;
  /** With the line's end. */
  line(entry: ListedEntry): Uint8Array;
}

/** restic's names for the kinds of node. */
const TYPE_NAMES: Readonly<Record<EntryKind, string>> = {
  [EntryKind.Directory]: 'dir',
  [EntryKind.File]: 'file',
  [EntryKind.Symlink]: 'symlink',
  [EntryKind.BlockDevice]: 'dev',
  [EntryKind.CharDevice]: 'chardev',
  [EntryKind.Fifo]: 'fifo',
  [EntryKind.Socket]: 'socket',
};

const LINE_FEED = Buffer.from('\n');
const ARROW = Buffer.from(' -> ');

/** Names byte by byte as they are, unless a terminal would act on them. */
export function plainFormat(forTerminal: boolean): EntryFormat {
  const show = forTerminal ? printableBytes : (bytes: Uint8Array) => bytes;
  return {
    needsAttributes: false,
    needsTargets: false,
    needsFacts: false,
    line: (entry) => Buffer.concat([show(entry.path), LINE_FEED]),
  };
}

/** As `restic ls -l`. */
export function longFormat(forTerminal: boolean): EntryFormat {
  const show = forTerminal ? printableBytes : (bytes: Uint8Array) => bytes;
  return {
    needsAttributes: true,
    needsTargets: true,
    needsFacts: false,
    line: ({ attributes, path, target }) => {
      const link = target ? [ARROW, show(target)] : [];
      return Buffer.concat([Buffer.from(longColumns(attributes)), show(path), ...link, LINE_FEED]);
    },
  };
}

/** As `restic ls --json`, with `linktarget` and what is known of Windows; what is not UTF-8 is repeated in base64 as `..._raw`. */
export const jsonFormat: EntryFormat = {
  needsAttributes: true,
  needsTargets: true,
  needsFacts: true,
  line: (entry) => Buffer.from(jsonEntry(entry)),
};

function longColumns(attributes: Readonly<Attributes>): string {
  const mode = goFileModeText(attributes.kind, attributes.mode);
  const owner = `${String(attributes.uid).padStart(5)} ${String(attributes.gid).padStart(5)}`;
  const size = String(fileSize(attributes) ?? 0).padStart(6);
  return `${mode} ${owner} ${size} ${localTime(attributes.modifySeconds)} `;
}

/**
 * By hand: JSON.stringify takes no 64-bit integer, and an object an entry takes its
 * time. The inode number is the one that a mount shows.
 */
function jsonEntry({ name, path, attributes, target, facts = {} }: ListedEntry): string {
  const type = facts.irregular ? 'irregular' : TYPE_NAMES[attributes.kind];
  const size = fileSize(attributes);
  return `{${jsonName('name', name)}\
"type":"${type}",\
${jsonName('path', path)}\
"uid":${attributes.uid},"gid":${attributes.gid},\
${size === undefined ? '' : `"size":${size},`}\
"mode":${goFileMode(attributes.kind, attributes.mode)},\
"permissions":"${goFileModeText(attributes.kind, attributes.mode)}",\
"mtime":"${utcTimestamp(attributes.modifySeconds, attributes.modifyNanoseconds)}",\
"atime":"${utcTimestamp(attributes.accessSeconds, attributes.accessNanoseconds)}",\
"ctime":"${utcTimestamp(attributes.changeSeconds, attributes.changeNanoseconds)}",\
${target === undefined ? '' : jsonTargets(target, facts.target)}\
${windowsJson(facts)}\
"inode":${attributes.inode},"message_type":"node","struct_type":"node"}\n`;
}

/** The target as it is shown, and as it is stored where that is another. */
function jsonTargets(shown: Uint8Array, stored: Uint8Array | undefined): string {
  const shownField = jsonName('linktarget', shown);
  if (stored === undefined || Buffer.compare(shown, stored) === 0) return shownField;
  return shownField + jsonName('linktarget_stored', stored);
}

/** The field, with a comma after it. */
function jsonName(field: string, bytes: Uint8Array): string {
  const { text, exact } = decodeName(bytes);
  const raw = exact ? '' : `"${field}_raw":"${Buffer.from(bytes).toString('base64')}",`;
  return `"${field}":${jsonText(text)},${raw}`;
}

/** restic gives files a size, even of 0, and nothing else. */
function fileSize(attributes: Readonly<Attributes>): number | undefined {
  return attributes.kind === EntryKind.File ? attributes.size : undefined;
}

function printableBytes(bytes: Uint8Array): Uint8Array {
  return Buffer.from(printableName(bytes));
}
