/**
 * A folder's tree as restic writes it: members and their order from internal/data/node.go, the ends of the document
 * from internal/data/tree.go. Knows no blobs: what nodes refer to is given.
 */

import { goJson, goJsonText, goQuoted } from './go-text.ts';
import { type Metadata, type Node, nameBytes } from './node.ts';

export interface TreeRow {
  readonly name: Uint8Array;
  readonly node: Node;
  /** Ids of a file's blobs. */
  readonly content?: readonly string[];
  /** Id of a folder's tree. */
  readonly subtree?: string;
}

export function treeDocument(rows: readonly TreeRow[]): Buffer {
  const sorted = rows.toSorted((a, b) => Buffer.compare(a.name, b.name));
  const twice = sorted.find((row, i) => i > 0 && Buffer.compare(row.name, sorted[i - 1]!.name) === 0);
  if (twice !== undefined) throw new Error(`Two entries are named ${goQuoted(twice.name)}`);
  return Buffer.from(`{"nodes":[${sorted.map(nodeJson).join(',')}]}\n`);
}

const DEFAULT_TIME = '2024-03-01T09:30:00.1234567Z';

function nodeJson({ name, node, content, subtree }: TreeRow): string {
  const { mtime = DEFAULT_TIME, atime = mtime, ctime = mtime } = node;
  return object([
    ['name', goJsonText(Buffer.from(goQuoted(name)))],
    ['type', goJson(node.type)],
    ['mode', orNothing(modeOf(node))],
    ['mtime', goJson(mtime)],
    ['atime', goJson(atime)],
    ['ctime', goJson(ctime)],
    ['uid', `${node.uid ?? 0}`],
    ['gid', `${node.gid ?? 0}`],
    ['user', node.user && goJson(node.user)],
    ['group', node.group && goJson(node.group)],
    ['inode', orNothing(node.inode)],
    ['device_id', orNothing(node.deviceId)],
    ['size', node.type === 'file' ? orNothing(node.content.length) : undefined],
    ['links', orNothing(node.links)],
    ...targetMembers(node),
    ['extended_attributes', extendedAttributes(node)],
    ['generic_attributes', genericAttributes(node)],
    ['device', 'device' in node ? orNothing(node.device) : undefined],
    ['content', content === undefined ? 'null' : goJson(content)],
    ['subtree', subtree && goJson(subtree)],
  ]);
}

type Member = readonly [name: string, json: string | undefined];

function object(members: readonly Member[]): string {
  const present = members.filter(([, json]) => json !== undefined && json !== '');
  return `{${present.map(([name, json]) => `"${name}":${json}`).join(',')}}`;
}

/** Go's `omitempty`. */
function orNothing(value: number | bigint | undefined): string | undefined {
  return value ? `${value}` : undefined;
}

/** Bits of os.FileMode (Go, package io/fs) and the mode that a test mostly wants. */
const MODES: Readonly<Record<Node['type'], readonly [type: number, usual: number]>> = {
  file: [0, 0o644],
  dir: [2 ** 31, 0o755],
  symlink: [2 ** 27, 0o777],
  dev: [2 ** 26, 0o644],
  chardev: [2 ** 26 + 2 ** 21, 0o644],
  fifo: [2 ** 25, 0o644],
  socket: [2 ** 24, 0o755],
  irregular: [2 ** 19, 0o666],
};

function modeOf(node: Node): number {
  const [type, usual] = MODES[node.type];
  return type + (node.mode ?? usual);
}

function targetMembers(node: Node): Member[] {
  if (node.type !== 'symlink') return [];
  const target = nameBytes(node.target);
  const isText = Buffer.from(Buffer.from(target).toString()).equals(target);
  return [
    ['linktarget', target.length > 0 ? goJsonText(target) : undefined],
    ['linktarget_raw', isText ? undefined : goJson(base64(target))],
  ];
}

function extendedAttributes({ extendedAttributes: attributes = [] }: Metadata): string | undefined {
  if (attributes.length === 0) return undefined;
  return goJson(attributes.map(([name, value]) => ({ name, value: base64(value) })));
}

/** A map of Go is written by its sorted keys. */
function genericAttributes({ genericAttributes: attributes = {} }: Metadata): string | undefined {
  const members = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  return members.length === 0 ? undefined : goJson(Object.fromEntries(members));
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
