/**
 * A folder of a snapshot: never changes. Holds what it needs of its entry, not the table that it came from, so
 * that a driver may keep thousands of them.
 */

import { RepositoryError } from '../../../repo/errors.ts';
import type { Snapshot } from '../../../repo/repository.ts';
import { blankAttributes } from '../../attributes.ts';
import {
  type Attributes,
  type Directory,
  EntryKind,
  type ExtendedAttribute,
  type Listing,
  type StoredFacts,
} from '../../node.ts';
import { fillFolder, fillFromTable } from '../attributes.ts';
import { InodeNumbers, ROOT_INODE } from '../inode-number.ts';
import { linksOf, type RootName, type SnapshotLinks } from '../links/snapshot-links.ts';
import { type Location, namesTo, pathOf, ROOT_LOCATION } from '../location.ts';
import { FolderLinks } from './folder-links.ts';
import type { RenamedEntries } from './renamed-entries.ts';
import type { ShownTree } from './shown-tree.ts';
import { TreeEntries } from './tree-entries.ts';
import { RenamedListing, TreeListing } from './tree-listing.ts';
import type { EntryOrigin } from './tree-nodes.ts';
import type { TreeServices } from './tree-services.ts';

interface Parts {
  readonly services: TreeServices;
  readonly attributes: Attributes;
  readonly extendedAttributes: readonly ExtendedAttribute[];
  readonly location: Location;
  /** 32 bytes, or none. */
  readonly subtree: Uint8Array;
  readonly hardLinkNumbers: InodeNumbers;
  readonly links: SnapshotLinks;
  /** In the snapshot: its root has no parent. */
  readonly place: Location;
  readonly facts: StoredFacts;
}

/** restic shows the roots of snapshots as root's. */
const SNAPSHOT_OWNER = { uid: 0, gid: 0 };

/** The root folder of a snapshot. */
export function snapshotRoot(
  services: TreeServices,
  snapshot: Snapshot,
  inode: bigint,
  location: Location,
): TreeDirectory {
  return new TreeDirectory({
    services,
    attributes: fillFolder(blankAttributes(), inode, SNAPSHOT_OWNER, snapshot.time, services.ownership),
    extendedAttributes: [],
    location,
    subtree: snapshot.tree,
    hardLinkNumbers: new InodeNumbers(inode),
    links: linksOf(snapshot, services.links, (name) => services.names.shown(name)),
    place: ROOT_LOCATION,
    facts: {},
  });
}

export class TreeDirectory implements Directory {
  readonly kind = EntryKind.Directory;
  readonly changes = false;
  readonly #parts: Parts;
  #entries: TreeEntries | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get attributes(): Attributes {
    return this.#parts.attributes;
  }

  extendedAttributes(): readonly ExtendedAttribute[] {
    return this.#parts.extendedAttributes;
  }

  storedFacts(): StoredFacts {
    return this.#parts.facts;
  }

  async list(signal: AbortSignal): Promise<Listing> {
    const tree = await this.#load(signal);
    this.#entries ??= this.#makeEntries();
    const { links, services, place } = this.#parts;
    if (place.parent === undefined) learnRoot(links, tree);
    const own = new FolderLinks(links, services.trees, tree, place);
    if (tree.renamed !== undefined) return new RenamedListing(tree.renamed, this.#entries, own);
    return new TreeListing(tree.table, this.#entries, own);
  }

  /** The same folder as the root of a mount. */
  asRoot(): TreeDirectory {
    const { links, place } = this.#parts;
    return new TreeDirectory({
      ...this.#parts,
      links: links.from(namesTo(place).length),
      attributes: { ...this.#parts.attributes, inode: ROOT_INODE },
      location: ROOT_LOCATION,
    });
  }

  async #load(signal: AbortSignal): Promise<ShownTree> {
    const { services, subtree, location } = this.#parts;
    try {
      if (subtree.length === 0) throw new RepositoryError('damaged', NO_SUBTREE);
      const tree = await services.trees.get(subtree, signal);
      this.#tellWhatIsNotShown(tree);
      return tree;
    } catch (error) {
      throw services.damage.toFsError(error, location, signal);
    }
  }

  #tellWhatIsNotShown({ omitted, renamed }: ShownTree): void {
    if (omitted === 0 && renamed === undefined) return;
    const { services, location } = this.#parts;
    const path = pathOf(location);
    if (omitted > 0) services.damage.tell(`"${path}" has ${omitted} entries of a kind that cannot be shown`);
    if (renamed === undefined || renamed.changed === 0) return;
    services.damage.tell(
      `"${path}" has ${renamed.changed === 1 ? 'a name' : `${renamed.changed} names`} that cannot be shown as stored: ${examplesOf(renamed)}`,
    );
  }

  #makeEntries(): TreeEntries {
    const { services, attributes, location, hardLinkNumbers, links } = this.#parts;
    const folder = { inode: attributes.inode, location, hardLinkNumbers, links };
    return new TreeEntries(services, folder, (origin) => directoryOf(origin, this.#parts));
  }
}

const NO_SUBTREE = 'The backup does not hold the contents of this folder';

function learnRoot(links: SnapshotLinks, { table, renamed }: ShownTree): void {
  links.learnRoot(renamed?.entries.length ?? table.length, () =>
    renamed === undefined
      ? Array.from({ length: table.length }, (_, entry) => bothNames(table.name(entry)))
      : renamed.entries.map(({ table: own, entry, name }) => ({ stored: own.name(entry), shown: name })),
  );
}

function bothNames(name: Uint8Array): RootName {
  return { stored: name, shown: name };
}

function directoryOf(origin: EntryOrigin, parent: Parts): TreeDirectory {
  const { services, table, entry, inode, location } = origin;
  return new TreeDirectory({
    services,
    attributes: fillFromTable(blankAttributes(), table, entry, inode, services.ownership),
    extendedAttributes: copyOf(table.extendedAttributes(entry)),
    location,
    subtree: new Uint8Array(table.subtree(entry)),
    hardLinkNumbers: parent.hardLinkNumbers,
    links: parent.links,
    place: { parent: parent.place, name: location.name },
    facts: copyOfFacts(origin.links.storedFacts(table, entry)),
  });
}

function examplesOf({ changed, examples }: RenamedEntries): string {
  const more = changed - examples.length;
  return `${examples.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** In memory of their own: a folder does not keep the table that it came from. */
function copyOfFacts(facts: StoredFacts): StoredFacts {
  const { securityDescriptor, reparsePoint } = facts;
  return {
    ...facts,
    securityDescriptor: securityDescriptor && new Uint8Array(securityDescriptor),
    reparsePoint: reparsePoint && new Uint8Array(reparsePoint),
  };
}

function copyOf(attributes: readonly ExtendedAttribute[]): readonly ExtendedAttribute[] {
  return attributes.map(({ name, value }) => ({ name: new Uint8Array(name), value: new Uint8Array(value) }));
}
