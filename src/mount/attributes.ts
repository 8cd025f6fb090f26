/** A record of attributes before a listing or a view fills it. Knows nothing of where attributes come from. */

import { type Attributes, EntryKind } from './node.ts';

export function blankAttributes(): Attributes {
  return {
    kind: EntryKind.File,
    inode: 0n,
    mode: 0,
    links: 1,
    uid: 0,
    gid: 0,
    size: 0,
    deviceMajor: 0,
    deviceMinor: 0,
    accessSeconds: 0,
    accessNanoseconds: 0,
    modifySeconds: 0,
    modifyNanoseconds: 0,
    changeSeconds: 0,
    changeNanoseconds: 0,
  };
}
