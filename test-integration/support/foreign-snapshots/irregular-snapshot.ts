/**
 * What restic 0.17.1 made of reparse points that Go does not know: nodes of the type `irregular`, without content. Every
 * `restic check` names them as errors, so that they lie in a repository of their own.
 */

import { treeOf } from '../restic-writer/node.ts';
import type { SnapshotDescription } from '../restic-writer/write-repository.ts';
import { APP_EXEC_LINK_BUFFER, wslSymlinkBuffer } from './reparse-buffers.ts';
import { driveRoot, irregular, windowsFile, windowsFolder } from './windows-nodes.ts';

/** The names of the irregular nodes. */
export const IRREGULAR = ['app.exe', 'ffmpeg.exe', 'placeholder.zip'];

export const irregularSnapshot: SnapshotDescription = {
  hostname: 'irregular',
  time: '2024-10-03T10:00:00+02:00',
  paths: ['C:\\'],
  tree: treeOf(
    [
      ['C', driveRoot()],
      ['C/Apps/placeholder.zip', irregular()],
      ['C/Apps/app.exe', irregular({ reparsePoint: APP_EXEC_LINK_BUFFER })],
      ['C/Apps/plain.txt', windowsFile('plain\n')],
      ['C/cygwin/ffmpeg.exe', irregular({ reparsePoint: wslSymlinkBuffer('../ffmpeg/bin/ffmpeg.exe') })],
      ['C/ffmpeg/bin/ffmpeg.exe', windowsFile('MZ\n')],
    ],
    windowsFolder(),
  ),
};
