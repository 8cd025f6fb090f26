/** What the operations of one mount share. */

import type { Reporter } from '../../../report.ts';
import type { Attributes, View } from '../../node.ts';
import type { OpenFiles } from '../open-files.ts';
import type { Paths } from '../paths.ts';
import type { ShortInodes } from '../short-inodes.ts';

export interface OperationContext {
  readonly view: View;
  readonly paths: Paths;
  readonly files: OpenFiles;
  readonly inodes: ShortInodes;
  /** What the root has besides what the view says: an attribute that is not listed. */
  readonly rootAttribute: { readonly name: string; readonly value: Uint8Array };
  /** Filled for one entry at a time; never kept over an await. */
  readonly attributes: Attributes;
  /** Those of which was said that names are left out. */
  readonly foldersTold: Set<string>;
  /** As Node has it. */
  readonly platform: string;
  readonly reporter: Reporter;
}
