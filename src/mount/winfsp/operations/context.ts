/** What the operations of one mount share. */

import type { Attributes, View } from '../../node.ts';
import type { FolderTree } from '../folders.ts';
import type { OpenFiles } from '../open-files.ts';
import type { VolumeSecurity } from '../winfsp.ts';
import type { FileInfo } from '../wire/file-info.ts';

export interface OperationContext {
  readonly view: View;
  readonly folders: FolderTree;
  readonly files: OpenFiles;
  readonly security: VolumeSecurity;
  /** Whether the security descriptors that the backup holds are shown, instead of the volume's. */
  readonly showsStoredSecurity: boolean;
  /** Whether links of Windows lead to the drives of this machine. */
  readonly leavesVolume: boolean;
  /** Whether files cannot be run as programs. */
  readonly noExec: boolean;
  readonly label: string;
  /** Filled for one node at a time; never kept over an await. */
  readonly attributes: Attributes;
  readonly info: FileInfo;
  /** For one piece of a listing at a time. */
  readonly piece: Uint8Array;
}
