/** What a backup says of a node, as values that can be asked for by name. Pure. */

import type { BaseNode, StoredFacts } from './node.ts';

/** 1601-01-01T00:00:00Z, where a FILETIME begins, in seconds before 1970. */
const FILETIME_EPOCH = 11_644_473_600n;
const UNITS_A_SECOND = 10_000_000n;

/**
 * Linux refuses `user.` attributes of anything but files and folders (xattr_permission in fs/xattr.c), so that all
 * have a name in `system.` too, which it hands on for every kind of node.
 */
const STORED_PREFIXES = ['user.snapmount.', 'system.snapmount.'];

/** Of an extended attribute that is never listed; undefined if it is none of these, or the backup does not say. */
export function storedValue(node: BaseNode, name: string): Uint8Array | undefined {
  const prefix = STORED_PREFIXES.find((known) => name.startsWith(known));
  const facts = prefix === undefined ? undefined : node.storedFacts?.();
  return facts && storedAttribute(facts, name.slice(prefix!.length));
}

/** Undefined if nothing is known under that name. Bytes as stored, or text. */
export function storedAttribute(facts: StoredFacts, name: string): Uint8Array | undefined {
  return ATTRIBUTES.get(name)?.(facts);
}

const ATTRIBUTES = new Map<string, (facts: StoredFacts) => Uint8Array | undefined>([
  ['target', ({ target }) => target],
  ['type', ({ irregular }) => text(irregular ? 'irregular' : undefined)],
  [
    'file_attributes',
    ({ fileAttributes }) => text(fileAttributes === undefined ? undefined : hexWord(fileAttributes)),
  ],
  [
    'creation_time',
    ({ creationTime }) => text(creationTime === undefined ? undefined : filetimeText(creationTime)),
  ],
  ['security_descriptor', ({ securityDescriptor }) => securityDescriptor],
  ['reparse_point', ({ reparsePoint }) => reparsePoint],
  ['reparse_tag', ({ reparseTag }) => text(reparseTag && hexWord(reparseTag.tag))],
  ['reparse_tag_source', ({ reparseTag }) => text(reparseTag?.source)],
]);

export const STORED_ATTRIBUTES: readonly string[] = [...ATTRIBUTES.keys()];

/** `0x00000410`. */
export function hexWord(word: number): string {
  return `0x${word.toString(16).padStart(8, '0')}`;
}

/** In UTC with the seven digits that a FILETIME has: `2020-03-15T12:00:00.1234567Z`. */
export function filetimeText(filetime: bigint): string {
  const { seconds } = fromFiletime(filetime);
  const digits = String(filetime % UNITS_A_SECOND).padStart(7, '0');
  return new Date(seconds * 1000).toISOString().replace('.000Z', `.${digits}Z`);
}

/** Since 1970-01-01T00:00:00Z. */
export function fromFiletime(filetime: bigint): { readonly seconds: number; readonly nanoseconds: number } {
  const seconds = Number(filetime / UNITS_A_SECOND - FILETIME_EPOCH);
  return { seconds, nanoseconds: Number(filetime % UNITS_A_SECOND) * 100 };
}

function text(value: string | undefined): Uint8Array | undefined {
  return value === undefined ? undefined : Buffer.from(value);
}
