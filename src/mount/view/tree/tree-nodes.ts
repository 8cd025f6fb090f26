/** Nodes of a snapshot that have nothing to read but what their entry holds: symlinks, devices, fifos, sockets. */

import type { TreeTable } from '../../../repo/tree-table.ts';
import { blankAttributes } from '../../attributes.ts';
import {
  type Attributes,
  EntryKind,
  type ExtendedAttribute,
  type Special,
  type StoredFacts,
  type Symlink,
} from '../../node.ts';
import { type Location, pathOf } from '../location.ts';
import { fillEntry } from './fill-entry.ts';
import type { FolderLinks } from './folder-links.ts';
import type { TreeServices } from './tree-services.ts';

/** The entry that a node is made of. Keeps the table in memory: for short-lived nodes. */
export interface EntryOrigin {
  readonly services: TreeServices;
  readonly table: TreeTable;
  readonly entry: number;
  readonly inode: bigint;
  readonly location: Location;
  /** Of the folder that it is in. */
  readonly links: FolderLinks;
}

export class TreeNode {
  protected readonly origin: EntryOrigin;

  constructor(origin: EntryOrigin) {
    this.origin = origin;
  }

  get attributes(): Attributes {
    const { services, table, entry, inode, links } = this.origin;
    return fillEntry(blankAttributes(), table, entry, inode, services.ownership, links);
  }

  extendedAttributes(): readonly ExtendedAttribute[] {
    return this.origin.table.extendedAttributes(this.origin.entry);
  }

  storedFacts(): StoredFacts {
    return this.origin.links.storedFacts(this.origin.table, this.origin.entry);
  }
}

export class TreeSymlink extends TreeNode implements Symlink {
  readonly kind = EntryKind.Symlink;

  get leadsToFolder(): boolean | undefined {
    return this.origin.links.leadsToFolder(this.origin.table, this.origin.entry);
  }

  async target(signal: AbortSignal): Promise<Uint8Array> {
    const { services, table, entry, links, location } = this.origin;
    if (links.hasMalformedReparsePoint(table, entry)) {
      services.damage.tell(`The reparse point of "${pathOf(location)}" cannot be read: its target counts`);
    }
    try {
      return new Uint8Array(await links.target(table, entry, signal));
    } catch (error) {
      throw services.damage.toFsError(error, location, signal);
    }
  }
}

export class TreeSpecial extends TreeNode implements Special {
  readonly kind: Special['kind'];

  constructor(origin: EntryOrigin, kind: Special['kind']) {
    super(origin);
    this.kind = kind;
  }
}
