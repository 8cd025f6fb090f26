/**
 * Lists a folder, or everything below it, into an output: each folder before its entries, in the folder's own
 * order. Knows neither options nor repositories. Damaged folders are left out and counted, not fatal.
 */

import { EntryKind } from '../../entry-kind.ts';
import { blankAttributes } from '../../mount/attributes.ts';
import { FsError } from '../../mount/errors.ts';
import type { Directory, Listing, StoredFacts } from '../../mount/node.ts';
import type { EntryFormat } from './entry-format.ts';
import type { Output } from './output.ts';

export interface ListingOptions {
  readonly format: EntryFormat;
  readonly recursive: boolean;
  readonly output: Output;
}

/** Resolves with the number of folders, and links, that could not be read. Rejects with what `output` or `signal` say. */
export async function listEntries(
  root: Directory,
  options: ListingOptions,
  signal: AbortSignal,
): Promise<number> {
  const lister = new EntryLister(options, signal);
  await lister.listFolder(root, Buffer.from('/'));
  await options.output.flush(signal);
  return lister.unreadable;
}

class EntryLister {
  unreadable = 0;
  readonly #options: ListingOptions;
  readonly #signal: AbortSignal;
  /** One record for all entries. */
  readonly #attributes = blankAttributes();

  constructor(options: ListingOptions, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
  }

  /** `prefix` is the folder's path with a `/` at its end. */
  async listFolder(folder: Directory, prefix: Uint8Array): Promise<void> {
    const listing = await this.#read(folder);
    if (!listing) return;
    for (let entry = 0; entry < listing.end; entry += 1) {
      if (!listing.has(entry)) continue;
      const path = Buffer.concat([prefix, listing.name(entry)]);
      const target = this.#wantsTarget(listing, entry) ? await this.#readTarget(listing, entry) : undefined;
      if (!this.#append(listing, entry, path, target)) await this.#options.output.flush(this.#signal);
      if (!this.#options.recursive || listing.kind(entry) !== EntryKind.Directory) continue;
      const node = listing.node(entry);
      if (node.kind === EntryKind.Directory) await this.listFolder(node, Buffer.concat([path, SLASH]));
    }
  }

  async #read(folder: Directory): Promise<Listing | undefined> {
    return this.#unlessUnreadable(folder.list(this.#signal));
  }

  async #unlessUnreadable<Value>(reading: Promise<Value>): Promise<Value | undefined> {
    try {
      return await reading;
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      // The view has reported what is wrong and where.
      this.unreadable += 1;
      return undefined;
    }
  }

  #wantsTarget(listing: Listing, entry: number): boolean {
    return this.#options.format.needsTargets && listing.kind(entry) === EntryKind.Symlink;
  }

  async #readTarget(listing: Listing, entry: number): Promise<Uint8Array | undefined> {
    const node = listing.node(entry);
    if (node.kind !== EntryKind.Symlink) return undefined;
    return this.#unlessUnreadable(node.target(this.#signal));
  }

  #append(listing: Listing, entry: number, path: Uint8Array, target: Uint8Array | undefined): boolean {
    const { format, output } = this.#options;
    const attributes = format.needsAttributes
      ? listing.attributes(entry, this.#attributes)
      : this.#attributes;
    const facts = format.needsFacts ? factsOf(listing, entry) : undefined;
    return output.append(format.line({ name: listing.name(entry), path, attributes, target, facts }));
  }
}

function factsOf(listing: Listing, entry: number): StoredFacts | undefined {
  return listing.node(entry).storedFacts?.();
}

const SLASH = Buffer.from('/');
