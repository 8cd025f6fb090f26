/**
 * What a nodeid means. A nodeid is (directory slot, entry number), so that a file costs no memory here: only
 * directories that the kernel uses have a slot, with the sum of the lookups that the kernel holds on their
 * entries. Knows views, not requests or bytes.
 *
 *   high 32 bits: slot number + 1; low 32 bits: entry number in that slot's directory. The root is 0, 1.
 *
 * Slot numbers count up and are not used again before all 2^32 - 2 are used, and then never while one lives.
 */

import { FsError } from '../errors.ts';
import { type Directory, EntryKind, type Listing, type Node } from '../node.ts';
import { ROOT_ID } from './constants.ts';
import type { NodeId } from './wire/request.ts';

const LAST_SLOT = 0xffff_fffe;

/** A directory in use by the kernel: something in it is known, open or being asked for. */
export class DirectorySlot {
  readonly number: number;
  readonly directory: Directory;
  readonly parent: DirectorySlot | undefined;
  /** Its entry number in `parent`. */
  readonly entry: number;
  /** By entry number; made when needed, as most directories have neither. */
  children: Map<number, DirectorySlot> | undefined;
  /** Inode numbers whose canonical nodeid lies here. */
  hardLinked: bigint[] | undefined;
  /** Sum over its entries of the answered lookups that the kernel has not forgotten. */
  lookups = 0;
  /** Operations under way and open directory handles. */
  pins = 0;

  constructor(number: number, directory: Directory, parent: DirectorySlot | undefined, entry: number) {
    this.number = number;
    this.directory = directory;
    this.parent = parent;
    this.entry = entry;
  }

  /** The directory's own nodeid. */
  get id(): NodeId {
    if (this.parent === undefined) return { high: 0, low: ROOT_ID };
    return { high: this.parent.number + 1, low: this.entry };
  }
}

/** A nodeid found: an entry of a directory, or a directory that has a slot. */
export type Located =
  | { readonly slot: DirectorySlot; readonly listing?: undefined }
  | {
      readonly slot?: undefined;
      readonly parent: DirectorySlot;
      readonly listing: Listing;
      readonly entry: number;
    };

export class InodeTable {
  readonly #root: DirectorySlot;
  readonly #slots = new Map<number, DirectorySlot>();
  /** Canonical entries of files that have several names. */
  readonly #hardLinks = new Map<bigint, { readonly slot: DirectorySlot; readonly id: NodeId }>();
  #lastSlot: number;

  /** `lastSlot` is where the numbering starts, for tests of its end. */
  constructor(root: Directory, lastSlot = 0) {
    this.#root = new DirectorySlot(0, root, undefined, 0);
    this.#lastSlot = lastSlot;
    this.#slots.set(this.#root.number, this.#root);
  }

  /** Directories with a slot. */
  get size(): number {
    return this.#slots.size;
  }

  /** Files with several names that have a canonical nodeid. */
  get hardLinks(): number {
    return this.#hardLinks.size;
  }

  /** The slot of a directory, pinned: `unpin` it when done. Rejects with ESTALE or ENOTDIR. */
  async pin(id: NodeId, signal: AbortSignal): Promise<DirectorySlot> {
    let slot = this.#directorySlot(id);
    if (slot === undefined) {
      const parent = this.#parentSlot(id);
      const listing = await parent.directory.list(signal);
      // Another request may have made it meanwhile.
      slot = this.#directorySlot(id) ?? this.#enter(parent, listing, id.low);
    }
    slot.pins++;
    return slot;
  }

  unpin(slot: DirectorySlot): void {
    slot.pins--;
    this.#release(slot);
  }

  /** Without a listing if the nodeid is a directory in use. Rejects with ESTALE if nothing has this nodeid. */
  async locate(id: NodeId, signal: AbortSignal): Promise<Located> {
    const found = this.#directorySlot(id);
    if (found !== undefined) return { slot: found };
    const parent = this.#parentSlot(id);
    const listing = await parent.directory.list(signal);
    requireEntry(listing, id.low);
    return { parent, listing, entry: id.low };
  }

  /** The node itself; made anew for each call, as listings do. */
  async node(id: NodeId, signal: AbortSignal): Promise<Node> {
    const located = await this.locate(id, signal);
    return located.slot ? located.slot.directory : located.listing.node(located.entry);
  }

  /** The folder in which a nodeid lies. */
  slotOf(id: NodeId): DirectorySlot | undefined {
    return id.high === 0 ? undefined : this.#slots.get(id.high - 1);
  }

  /** Counts one lookup of an entry that is answered to the kernel, and gives the nodeid to answer. */
  remember(slot: DirectorySlot, listing: Listing, entry: number): NodeId {
    const linked = listing.kind(entry) !== EntryKind.Directory && listing.hardLinked(entry);
    if (linked) return this.#rememberLinked(slot, entry, listing.inode(entry));
    slot.lookups++;
    return { high: slot.number + 1, low: entry };
  }

  /** Takes back `count` lookups: the kernel forgot them, or never got the answer. */
  forget(id: NodeId, count: number): void {
    const slot = this.slotOf(id);
    if (slot === undefined) return;
    slot.lookups = Math.max(0, slot.lookups - count);
    this.#release(slot);
  }

  #rememberLinked(slot: DirectorySlot, entry: number, inode: bigint): NodeId {
    let canonical = this.#hardLinks.get(inode);
    if (canonical === undefined) {
      canonical = { slot, id: { high: slot.number + 1, low: entry } };
      this.#hardLinks.set(inode, canonical);
      slot.hardLinked ??= [];
      slot.hardLinked.push(inode);
    }
    canonical.slot.lookups++;
    return canonical.id;
  }

  #directorySlot(id: NodeId): DirectorySlot | undefined {
    if (id.high === 0) return id.low === ROOT_ID ? this.#root : undefined;
    return this.slotOf(id)?.children?.get(id.low);
  }

  #parentSlot(id: NodeId): DirectorySlot {
    const slot = this.slotOf(id);
    if (slot === undefined) throw new FsError('ESTALE', 'Nothing has this nodeid');
    return slot;
  }

  #enter(parent: DirectorySlot, listing: Listing, entry: number): DirectorySlot {
    requireEntry(listing, entry);
    const node = listing.node(entry);
    if (node.kind !== EntryKind.Directory) throw new FsError('ENOTDIR', 'Not a directory');
    const slot = new DirectorySlot(this.#freeNumber(), node, parent, entry);
    parent.children ??= new Map();
    parent.children.set(entry, slot);
    this.#slots.set(slot.number, slot);
    return slot;
  }

  #freeNumber(): number {
    do this.#lastSlot = this.#lastSlot >= LAST_SLOT ? 1 : this.#lastSlot + 1;
    while (this.#slots.has(this.#lastSlot));
    return this.#lastSlot;
  }

  /** Releases a slot that nothing refers to, and then each parent that it alone kept. */
  #release(from: DirectorySlot): void {
    let slot = from;
    while (slot.parent !== undefined && isUnused(slot)) {
      if (!this.#slots.delete(slot.number)) return;
      slot.parent.children?.delete(slot.entry);
      for (const inode of slot.hardLinked ?? []) this.#hardLinks.delete(inode);
      slot = slot.parent;
    }
  }
}

function isUnused(slot: DirectorySlot): boolean {
  return slot.lookups === 0 && slot.pins === 0 && (slot.children?.size ?? 0) === 0;
}

function requireEntry(listing: Listing, entry: number): void {
  if (entry >= listing.end || !listing.has(entry)) throw new FsError('ESTALE', 'The entry was removed');
}
