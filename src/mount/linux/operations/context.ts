/** What the operations of one mount share. */

import type { Reporter } from '../../../report.ts';
import type { Attributes, View } from '../../node.ts';
import type { Style, WalkAhead } from '../ahead/walk-ahead.ts';
import type { Handles } from '../handles.ts';
import type { DirectorySlot, InodeTable } from '../inode-table.ts';
import type { RecentFiles } from '../recent-files.ts';
import type { ReplyTurns } from '../reply-turns.ts';
import type { Validities } from './validity.ts';

/** A folder that a program lists. */
export interface OpenFolder {
  readonly slot: DirectorySlot;
  readonly style: Style;
}

export interface OperationContext {
  readonly view: View;
  readonly inodes: InodeTable;
  readonly files: RecentFiles;
  readonly directories: Handles<OpenFolder>;
  readonly validities: Validities;
  /** What the root answers when it is asked which process serves it. */
  readonly process: Uint8Array;
  /** Filled by listings for one entry at a time; never kept over an await. */
  readonly attributes: Attributes;
  readonly ahead: WalkAhead;
  readonly replies: ReplyTurns;
  readonly reporter: Reporter;
}
