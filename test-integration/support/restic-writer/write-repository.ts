/**
 * Writes a whole restic repository, version 2 of the format, from described trees: for what no restic on this
 * machine would back up. By restic's design document, without the code that is under test.
 */

import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PASSWORD } from '../restic.ts';
import { goJson } from './go-text.ts';
import { quickKeyFile } from './key-file.ts';
import { type FolderNode, type Node, nameBytes } from './node.ts';
import { Packs, sha256 } from './packs.ts';
import { type MasterKey, seal } from './seal.ts';
import { seededBytes } from './seeded-bytes.ts';
import { type TreeRow, treeDocument } from './tree-document.ts';

export interface SnapshotDescription {
  readonly tree: FolderNode;
  /** RFC 3339. */
  readonly time: string;
  /** What was backed up, in the words of its system. */
  readonly paths: readonly string[];
  readonly hostname: string;
  readonly username?: string;
  readonly tags?: readonly string[];
}

/** The same for all: it decides where restic would cut files, and no reader asks for it. */
const CHUNKER_POLYNOMIAL = '25b468838dcb75';
/** Files are cut by length alone, unlike restic's, so that a few hundred kilobytes make several blobs. */
const BLOB_BYTES = 2 ** 18;

/**
 * Returns the snapshots' ids in their order. `path` must not exist or be empty; the password is the tests' own. The
 * same seed and descriptions give the same bytes.
 */
export async function writeRepository(
  path: string,
  snapshots: readonly SnapshotDescription[],
  seed = 'seed',
): Promise<string[]> {
  const random = seededBytes(seed);
  const files = new RepositoryFiles(path, random);
  await files.start(random(32).toString('hex'));
  const packs = new Packs((plaintext) => files.seal(plaintext));
  const trees = snapshots.map(({ tree }) => addTree(tree, packs));
  const index: object[] = [];
  for (const { id, bytes, blobs } of packs.finish()) {
    await files.write(join('data', id.slice(0, 2), id), bytes);
    index.push({ id, blobs });
  }
  await files.writeSealed('index', { packs: index });
  const ids: string[] = [];
  for (const [i, { tree: _, ...snapshot }] of snapshots.entries()) {
    ids.push(await files.writeSealed('snapshots', snapshotDocument(snapshot, trees[i]!)));
  }
  return ids;
}

/** Returns the tree's id. */
function addTree({ entries }: FolderNode, packs: Packs): string {
  const rows = entries.map(([name, node]) => treeRow(nameBytes(name), node, packs));
  return packs.add('tree', treeDocument(rows));
}

function treeRow(name: Uint8Array, node: Node, packs: Packs): TreeRow {
  if (node.type === 'dir') return { name, node, subtree: addTree(node, packs) };
  if (node.type !== 'file') return { name, node };
  const content: string[] = [];
  for (let at = 0; at < node.content.length; at += BLOB_BYTES) {
    content.push(packs.add('data', node.content.subarray(at, at + BLOB_BYTES)));
  }
  return { name, node, content };
}

/** Members in the order of restic's internal/data/snapshot.go. */
function snapshotDocument(snapshot: Omit<SnapshotDescription, 'tree'>, tree: string): object {
  const { time, paths, hostname, username = 'me', tags } = snapshot;
  return { time, tree, paths, hostname, username, ...(tags === undefined ? {} : { tags }) };
}

class RepositoryFiles {
  readonly #path: string;
  readonly #random: (length: number) => Buffer;
  readonly #key: MasterKey;

  constructor(path: string, random: (length: number) => Buffer) {
    this.#path = path;
    this.#random = random;
    const part = (length: number) => random(length).toString('base64');
    this.#key = { mac: { k: part(16), r: part(16) }, encrypt: part(32) };
  }

  /** All that a repository has before its first backup. `id` is 64 hex digits. */
  async start(id: string): Promise<void> {
    for (const folder of ['data', 'index', 'keys', 'locks', 'snapshots']) {
      await mkdir(join(this.#path, folder), { recursive: true });
    }
    const config = { version: 2, id, chunker_polynomial: CHUNKER_POLYNOMIAL };
    await this.write('config', this.seal(Buffer.from(goJson(config))));
    const keyFile = Buffer.from(quickKeyFile(PASSWORD, this.#key, this.#random));
    await this.write(join('keys', sha256(keyFile)), keyFile);
  }

  seal(plaintext: Uint8Array): Buffer {
    return seal(this.#key, plaintext, this.#random(16));
  }

  /** Returns the file's name, which is the hash of its bytes. */
  async writeSealed(folder: 'index' | 'snapshots', document: object): Promise<string> {
    const bytes = this.seal(Buffer.from(goJson(document)));
    const name = sha256(bytes);
    await this.write(join(folder, name), bytes);
    return name;
  }

  async write(path: string, bytes: Uint8Array): Promise<void> {
    const full = join(this.#path, path);
    await mkdir(dirname(full), { recursive: true });
    await writeFile(full, bytes, { flag: 'wx' });
  }
}
