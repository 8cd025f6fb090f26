/**
 * Wine's junctions and symbolic links: Unix links whose target holds the reparse tag, bit by bit, as steps of a path
 * that lead nowhere (`/` is 0, `./` is 1), before the Unix path itself, so that any program follows them. This is the
 * encoding of Wine-Staging's patches ntdll-Junction_Points (2021). Targets are bytes, as all of Unix. Pure.
 */

import { ReparseError } from './reparse-error.ts';
import { isReparseTag, ReparseTag } from './reparse-tags.ts';

export interface WineLink {
  readonly tag: number;
  /** Of a symbolic link: whether it is one to a folder. Undefined for all other tags. */
  readonly folder: boolean | undefined;
  /** From the folder of the link. */
  readonly relative: boolean;
  /** The prefix's own folder (`/home/me/.wine`) if the path is inside it, else undefined. */
  readonly prefix: Uint8Array | undefined;
  /**
   * A Unix path: below the prefix (`/drive_c/windows`, or empty for the prefix itself), absolute, or relative to the
   * link's folder.
   */
  readonly path: Uint8Array;
}

const TAG_BITS = 32;
const FOLDER_BITS = 1;
const ZERO = '/';
const ONE = './';
/** Behind the prefix's folder: the byte 'P' in 8 steps. */
const MARKER = encodeBits(0x50, 8);

/** Undefined for an ordinary link, which is any that does not begin with the steps of a tag that Windows allows. */
export function decodeWineLink(target: Uint8Array): WineLink | undefined {
  const text = toText(target);
  const relative = text.startsWith('./');
  if (!relative && !text.startsWith('/')) return undefined;
  const tag = decodeBits(text, relative ? 2 : 1, TAG_BITS);
  if (tag === undefined || !isReparseTag(tag.value)) return undefined;
  const isSymlink = tag.value === ReparseTag.Symlink;
  const folder = isSymlink ? decodeBits(text, tag.end, FOLDER_BITS) : undefined;
  if (isSymlink && folder === undefined) return undefined;
  const path = decodePath(text.slice((folder ?? tag).end), relative);
  return path && { tag: tag.value, folder: folder && folder.value === 1, relative, ...path };
}

/** Throws ReparseError for what would not come back as it was. */
export function encodeWineLink(link: WineLink): Uint8Array {
  const { tag, folder, relative } = link;
  if (!isReparseTag(tag)) throw new ReparseError('A link of Wine needs a reparse tag that Windows allows');
  if ((tag === ReparseTag.Symlink) !== (folder !== undefined)) {
    throw new ReparseError('Whether it leads to a folder is for symbolic links, and needed there');
  }
  const start = relative ? './' : '/';
  const kind = folder === undefined ? '' : encodeBits(folder ? 1 : 0, FOLDER_BITS);
  return Buffer.from(start + encodeBits(tag, TAG_BITS) + kind + encodePath(link), 'latin1');
}

/**
 * The path without anything encoded in it, as an ordinary link would have it. `prefix` says where the prefix is now,
 * if it has moved.
 */
export function plainTarget(link: WineLink, prefix: Uint8Array | undefined = link.prefix): Uint8Array {
  return link.prefix === undefined ? link.path : Buffer.concat([prefix ?? link.prefix, link.path]);
}

function decodePath(text: string, relative: boolean): Pick<WineLink, 'prefix' | 'path'> | undefined {
  if (text === '' || (!relative && !text.startsWith('/'))) return undefined;
  const end = relative ? -1 : text.indexOf(MARKER);
  const path = text.slice(end + MARKER.length);
  const isInPrefix = end > 0 && (path === '' || path.startsWith('/'));
  return isInPrefix
    ? { prefix: toBytes(text.slice(0, end)), path: toBytes(path) }
    : { prefix: undefined, path: toBytes(text) };
}

function encodePath(link: WineLink): string {
  const path = toText(link.path);
  const prefix = link.prefix && toText(link.prefix);
  const text = prefix === undefined ? path : prefix + MARKER + path;
  const decoded = decodePath(text, link.relative);
  if (decoded === undefined || toText(decoded.path) !== path || textOf(decoded.prefix) !== prefix) {
    throw new ReparseError(`A link of Wine cannot lead to "${text}"`);
  }
  return text;
}

/** Least significant bit first. */
function encodeBits(value: number, count: number): string {
  let steps = '';
  for (let bit = 0; bit < count; bit += 1) steps += (value >>> bit) & 1 ? ONE : ZERO;
  return steps;
}

/** Undefined unless `count` steps begin at `start`. `end` is where the last one ends. */
function decodeBits(
  text: string,
  start: number,
  count: number,
): { readonly value: number; readonly end: number } | undefined {
  let value = 0;
  let at = start;
  for (let bit = 0; bit < count; bit += 1) {
    const step = text.startsWith(ZERO, at) ? ZERO : ONE;
    if (!text.startsWith(step, at)) return undefined;
    if (step === ONE) value += 2 ** bit;
    at += step.length;
  }
  return { value, end: at };
}

/** Each byte as one character, so that bytes of any encoding survive. */
function toText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}

function textOf(bytes: Uint8Array | undefined): string | undefined {
  return bytes && toText(bytes);
}

function toBytes(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'latin1'));
}
