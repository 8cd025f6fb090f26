/** The kinds of directory entry that backups hold, as small numbers so that they fit typed arrays. */

export const EntryKind = {
  Directory: 1,
  File: 2,
  Symlink: 3,
  BlockDevice: 4,
  CharDevice: 5,
  Fifo: 6,
  Socket: 7,
} as const;
export type EntryKind = (typeof EntryKind)[keyof typeof EntryKind];
