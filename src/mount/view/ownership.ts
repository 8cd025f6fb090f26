/** Whose the files are that a mount shows, and with which modes: as backed up, or as somebody wants it. Pure. */

export interface OwnershipOptions {
  /** Everything belongs to uid 0 and gid 0. */
  readonly ownerRoot: boolean;
  /** Instead of any other owner. */
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
  /** Mode bits that nothing has. */
  readonly umask?: number | undefined;
}

export class Ownership {
  readonly #uid: number | undefined;
  readonly #gid: number | undefined;
  readonly #modeBits: number;

  constructor(options: OwnershipOptions) {
    const owner = options.ownerRoot ? 0 : undefined;
    this.#uid = options.uid ?? owner;
    this.#gid = options.gid ?? owner;
    this.#modeBits = 0o7777 & ~(options.umask ?? 0);
  }

  uid(stored: number): number {
    return this.#uid ?? stored;
  }

  gid(stored: number): number {
    return this.#gid ?? stored;
  }

  mode(stored: number): number {
    return stored & this.#modeBits;
  }
}
