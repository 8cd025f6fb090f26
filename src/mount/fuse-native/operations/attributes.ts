/** getattr, readlink, statfs: what a path leads to. */

import { blankAttributes } from '../../attributes.ts';
import { FsError } from '../../errors.ts';
import { EntryKind } from '../../node.ts';
import type { Call } from '../call.ts';
import { finderAnswer } from '../finder.ts';
import { textOf } from '../names.ts';
import type { Located } from '../paths.ts';
import type { OperationContext } from './context.ts';
import { statfsWords, statWords } from './stat-words.ts';

/** Bytes of the longest target that systems take (PATH_MAX without the NUL). */
const LONGEST_TARGET = 4095;

export async function getattr(context: OperationContext, call: Call, path: string): Promise<void> {
  const { platform, paths } = context;
  const finder = finderAnswer(path, platform);
  if (finder === 'missing') throw new FsError('ENOENT');
  if (finder === 'empty') call.succeed(0, [emptyFile(context)]);
  else call.succeed(0, [wordsOf(context, await paths.entry(path, call.signal))]);
}

export async function readlink(context: OperationContext, call: Call, path: string): Promise<void> {
  const located = await context.paths.entry(path, call.signal);
  const node = located?.listing.node(located.entry);
  if (node?.kind !== EntryKind.Symlink) throw new FsError('EINVAL', 'Not a symbolic link');
  const target = textOf(await node.target(call.signal));
  // It would be cut off without a word.
  if (Buffer.byteLength(target) > LONGEST_TARGET) throw new FsError('EIO', 'The target is too long');
  call.succeed(0, [target]);
}

export function statfs(context: OperationContext, call: Call): void {
  call.succeed(0, [statfsWords(context.view.statistics())]);
}

function wordsOf(context: OperationContext, located: Located | undefined): Uint32Array {
  const { inodes, view, platform } = context;
  if (located === undefined) {
    const { attributes } = view.root;
    return statWords(attributes, inodes.of(attributes.inode, true), platform);
  }
  const attributes = located.listing.attributes(located.entry, context.attributes);
  return statWords(attributes, shortInode(context, located), platform);
}

export function shortInode({ inodes }: OperationContext, { listing, entry }: Located): number {
  const alone = listing.kind(entry) === EntryKind.Directory || listing.hardLinked(entry);
  return inodes.of(listing.inode(entry), alone);
}

function emptyFile({ view, inodes, platform }: OperationContext): Uint32Array {
  const attributes = { ...blankAttributes(), mode: 0o444, modifySeconds: view.root.attributes.modifySeconds };
  return statWords(attributes, inodes.of(0n, true), platform);
}
