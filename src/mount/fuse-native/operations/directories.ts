/** readdir: the entries of a folder, all at once, as fuse-native has it. */

import { setImmediate as nextTurn } from 'node:timers/promises';
import { EntryKind, type Listing } from '../../node.ts';
import type { Call } from '../call.ts';
import { isLeftOut } from '../finder.ts';
import { LONGEST_TEXT, textOf } from '../names.ts';
import { splitPath } from '../paths.ts';
import { shortInode } from './attributes.ts';
import type { OperationContext } from './context.ts';
import { STAT_WORDS } from './requests.ts';
import { setEntryWords } from './stat-words.ts';

/** Entries made ready before others have their turn: some milliseconds of work. */
const TURN = 2000;
/** Folders. */
const MOST_TOLD = 100;

export async function readdir(context: OperationContext, call: Call, path: string): Promise<void> {
  const folder = await context.paths.folder(path, call.signal);
  const listing = await folder.list(call.signal);
  const parent = await context.paths.folder(splitPath(path).parent, call.signal);
  const made = new MadeListing(listing.end + 2);
  made.add('.', EntryKind.Directory, context.inodes.of(folder.attributes.inode, true));
  made.add('..', EntryKind.Directory, context.inodes.of(parent.attributes.inode, true));
  for (let entry = 0; entry < listing.end; entry++) {
    if (entry % TURN === TURN - 1) await nextTurn();
    if (listing.has(entry)) addEntry(context, made, path, listing, entry);
  }
  call.succeed(0, [made.names, made.words]);
}

function addEntry(
  context: OperationContext,
  made: MadeListing,
  path: string,
  listing: Listing,
  entry: number,
): void {
  const name = textOf(listing.name(entry));
  if (isLeftOut(name, context.platform)) return;
  if (name.length > LONGEST_TEXT / 3 && Buffer.byteLength(name) > LONGEST_TEXT) {
    tellOnce(context, path, name);
    return;
  }
  made.add(name, listing.kind(entry), shortInode(context, { listing, entry }));
}

function tellOnce({ foldersTold, reporter }: OperationContext, path: string, name: string): void {
  if (foldersTold.has(path) || foldersTold.size >= MOST_TOLD) return;
  foldersTold.add(path);
  reporter.warn(`A name in "${path}" is too long for fuse-native, and left out as all that are: "${name}"`);
}

/** What fuse-native takes: a name and a record of words for each entry. */
class MadeListing {
  readonly names: string[] = [];
  readonly words: Uint32Array[] = [];
  readonly #room: Uint32Array;

  constructor(most: number) {
    this.#room = new Uint32Array(most * STAT_WORDS);
  }

  add(name: string, kind: EntryKind, inode: number): void {
    const start = this.names.length * STAT_WORDS;
    const words = this.#room.subarray(start, start + STAT_WORDS);
    setEntryWords(words, kind, inode);
    this.names.push(name);
    this.words.push(words);
  }
}
