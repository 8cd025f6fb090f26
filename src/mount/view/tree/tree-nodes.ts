/** Nodes of a snapshot that have nothing to read but what their entry holds: symlinks, devices, fifos, sockets. */

import type { TreeTable } from '../../../repo/tree-table.ts';
import { blankAttributes } from '../../attributes.ts';
import {
  type Attributes,
  EntryKind,
  type ExtendedAttribute,
  type Special,
  type Symlink,
} from '../../node.ts';
import { fillFromTable } from '../attributes.ts';
import type { Location } from '../location.ts';
import type { TreeServices } from './tree-services.ts';

/** The entry that a node is made of. Keeps the table in memory: for short-lived nodes. */
export interface EntryOrigin {
  readonly services: TreeServices;
  readonly table: TreeTable;
  readonly entry: number;
  readonly inode: bigint;
  readonly location: Location;
}

export class TreeNode {
  protected readonly origin: EntryOrigin;

  constructor(origin: EntryOrigin) {
    this.origin = origin;
  }

  get attributes(): Attributes {
    const { services, table, entry, inode } = this.origin;
    return fillFromTable(blankAttributes(), table, entry, inode, services.ownership);
  }

  extendedAttributes(): readonly ExtendedAttribute[] {
    return this.origin.table.extendedAttributes(this.origin.entry);
  }
}

export class TreeSymlink extends TreeNode implements Symlink {
  readonly kind = EntryKind.Symlink;

  async target(_signal: AbortSignal): Promise<Uint8Array> {
    return new Uint8Array(this.origin.table.linkTarget(this.origin.entry));
  }
}

export class TreeSpecial extends TreeNode implements Special {
  readonly kind: Special['kind'];

  constructor(origin: EntryOrigin, kind: Special['kind']) {
    super(origin);
    this.kind = kind;
  }
}
