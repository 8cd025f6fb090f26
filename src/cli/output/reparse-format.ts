/** Reparse points as people and programs are shown them. Pure. */

import { type NtPath, parseSubstituteName } from '../../reparse/nt-path.ts';
import type { ReparsePoint } from '../../reparse/reparse-point.ts';
import {
  formatReparseTag,
  reparseTagBits,
  reparseTagName,
  reparseTagPurpose,
} from '../../reparse/reparse-tags.ts';
import { decodeName, escapeText } from './escape.ts';

/** What it is, and what that says, escaped when it is printed. */
export type Fact = readonly [label: string, text: string];

/** Of data that nobody knows; the rest is in --json. */
const MOST_DUMPED_BYTES = 256;
const DUMP_COLUMNS = 16;
const TAG_OFFSET = 0;

/** A line a fact, for people. `bytes` are those that `point` was decoded from. */
export function bufferText(point: ReparsePoint, bytes: Uint8Array): string {
  const tag = tagOf(bytes);
  const facts: Fact[] = [
    ['Kind', kindOf(point)],
    ['Tag', tagText(tag)],
    ...pointFacts(point),
    ['Size', `${bytes.length} bytes`],
  ];
  return factLines(facts) + (point.kind === 'opaque' ? dump(point.data) : '');
}

/** For programs. Names may hold unpaired surrogates, which JSON has as escapes. */
export function bufferObject(point: ReparsePoint, bytes: Uint8Array): Record<string, unknown> {
  const tag = tagOf(bytes);
  return {
    message_type: 'reparse_point',
    ...tagObject(tag),
    ...pointObject(point),
    buffer: Buffer.from(bytes).toString('base64'),
  };
}

export function tagObject(tag: number): Record<string, unknown> {
  const { microsoft, nameSurrogate, directory } = reparseTagBits(tag);
  return {
    tag: formatReparseTag(tag),
    tag_name: reparseTagName(tag),
    microsoft,
    name_surrogate: nameSurrogate,
    directory,
  };
}

/** `0xa000000c IO_REPARSE_TAG_SYMLINK (of Microsoft, stands for another name)`. */
export function tagText(tag: number): string {
  const { microsoft, nameSurrogate, directory } = reparseTagBits(tag);
  const bits = [
    microsoft ? 'of Microsoft' : 'not of Microsoft',
    ...(nameSurrogate ? ['stands for another name'] : []),
    ...(directory ? ['folders may have children'] : []),
  ];
  return `${formatReparseTag(tag)} ${reparseTagName(tag) ?? 'unknown'} (${bits.join(', ')})`;
}

/** The names of a mount point or a link of Windows, and what they mean. */
export function pointFacts(point: ReparsePoint): Fact[] {
  switch (point.kind) {
    case 'mount-point':
    case 'symlink':
      return [
        ['Substitute name', point.substituteName],
        ['Print name', point.printName],
        ['Leads to', pathText(targetOf(point))],
        ...(point.kind === 'symlink' && point.reservedFlags !== 0
          ? [['Reserved flags', formatReparseTag(point.reservedFlags)] as const]
          : []),
      ];
    case 'wsl-symlink':
      return [['Target', point.target ? decodeName(point.target).text : 'what the file holds']];
    case 'af-unix':
      return [];
    case 'opaque':
      return [
        ...(point.guid === undefined ? [] : [['GUID', point.guid] as const]),
        ['Data', `${point.data.length} bytes`],
      ];
  }
}

export function factLines(facts: readonly Fact[]): string {
  const width = Math.max(...facts.map(([label]) => label.length));
  return facts
    .map(([label, text]) => (text === '' ? `${label}\n` : `${label.padEnd(width)}  ${escapeUnits(text)}\n`))
    .join('');
}

/** The target's place and names, as `{ kind: 'drive', drive: 'C', parts: ['Users'] }`, is what programs get. */
export function pointObject(point: ReparsePoint): Record<string, unknown> {
  switch (point.kind) {
    case 'mount-point':
    case 'symlink':
      return {
        kind: isVolume(point) ? 'volume-mount-point' : point.kind === 'symlink' ? 'symlink' : 'junction',
        substitute_name: point.substituteName,
        print_name: point.printName,
        ...(point.kind === 'symlink'
          ? { relative: point.relative, reserved_flags: point.reservedFlags }
          : {}),
        target: targetOf(point),
      };
    case 'wsl-symlink':
      return { kind: point.kind, ...(point.target ? nameFields('target', point.target) : {}) };
    case 'af-unix':
      return { kind: point.kind };
    case 'opaque':
      return { kind: point.kind, guid: point.guid, data: Buffer.from(point.data).toString('base64') };
  }
}

/** As text, and in base64 where that is not exact. */
export function nameFields(field: string, bytes: Uint8Array): Record<string, string> {
  const { text, exact } = decodeName(bytes);
  return { [field]: text, ...(exact ? {} : { [`${field}_raw`]: Buffer.from(bytes).toString('base64') }) };
}

function kindOf(point: ReparsePoint): string {
  switch (point.kind) {
    case 'mount-point':
      return isVolume(point) ? 'volume mount point' : 'junction';
    case 'symlink':
      return `symbolic link, ${point.relative ? 'relative' : 'absolute'}`;
    case 'wsl-symlink':
      return 'symbolic link of the Windows Subsystem for Linux';
    case 'af-unix':
      return 'socket';
    case 'opaque':
      return reparseTagPurpose(point.tag) ?? 'unknown';
  }
}

function targetOf(point: ReparsePoint & { readonly substituteName: string }): NtPath {
  return parseSubstituteName(point.substituteName, point.kind === 'symlink' && point.relative);
}

function isVolume(point: ReparsePoint & { readonly substituteName: string }): boolean {
  const target = targetOf(point);
  return point.kind === 'mount-point' && target.kind === 'volume' && target.parts.length === 0;
}

function pathText(path: NtPath): string {
  const names = path.parts.join('\\');
  switch (path.kind) {
    case 'drive':
      return below(`drive ${path.drive}:`, names);
    case 'drive-relative':
      return below(`the working folder of drive ${path.drive}:`, names);
    case 'unc':
      return below(
        path.share === '' ? `server ${path.server}` : `share ${path.share} of server ${path.server}`,
        names,
      );
    case 'volume':
      return below(`volume ${path.guid}`, names);
    case 'rooted':
      return below('the root of the volume that the link is on', names);
    case 'relative':
      return below('the folder that the link is in', names);
    case 'device':
      return below('the names of the Windows kernel', names);
  }
}

function below(place: string, names: string): string {
  return names === '' ? place : `${names}, from ${place}`;
}

function tagOf(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(TAG_OFFSET, true);
}

/** Halves of surrogate pairs are no characters, and would come out as U+FFFD. */
function escapeUnits(text: string): string {
  return escapeText(text).replace(/\p{Surrogate}/gu, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`);
}

function dump(data: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < Math.min(data.length, MOST_DUMPED_BYTES); at += DUMP_COLUMNS) {
    const row = data.subarray(at, at + DUMP_COLUMNS);
    const hex = Array.from(row, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const text = Array.from(row, (byte) =>
      byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.',
    ).join('');
    lines.push(`  ${at.toString(16).padStart(4, '0')}  ${hex.padEnd(DUMP_COLUMNS * 3)} ${text}\n`);
  }
  const rest = data.length - MOST_DUMPED_BYTES;
  return lines.join('') + (rest > 0 ? `  ... and ${rest} bytes more: --json prints all\n` : '');
}
