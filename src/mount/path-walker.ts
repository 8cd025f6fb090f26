/**
 * From a path to a node. Names are compared byte by byte. Knows nothing of any system's rules for paths: `/`
 * separates, and nothing leads above the root that it was given.
 */

import { FsError } from './errors.ts';
import { type Directory, EntryKind, type Node, type Symlink } from './node.ts';

export interface WalkOptions {
  /** Follow symlinks, in the path and at its end; an absolute target starts at the root that was given. */
  readonly follow?: boolean;
}

/** As Linux has it. */
const MAX_LINKS_FOLLOWED = 40;

/**
 * The node at `path` below `root`. A leading `/`, empty parts and `.` say nothing, `..` leads back but never above
 * the root; with a `/` at its end only a folder will do. Rejects with FsError naming the path: ENOENT, ENOTDIR
 * (also for a symlink on the way that is not followed), EINVAL for more than 40 links; and as Directory.list.
 */
export async function walk(
  root: Directory,
  path: string | Uint8Array,
  signal: AbortSignal,
  options: WalkOptions = {},
): Promise<Node> {
  const bytes = typeof path === 'string' ? Buffer.from(path) : path;
  const walker = new Walker(root, bytes, options.follow === true);
  return walker.walk(signal);
}

class Walker {
  readonly #path: Uint8Array;
  readonly #follow: boolean;
  /** From the root to where the walk is now. */
  readonly #folders: [Directory, ...Directory[]];
  /** Names still to go, the next one last. */
  readonly #ahead: Uint8Array[] = [];
  /** Where the walk is, if that is not a folder. */
  #leaf: Node | undefined;
  #linksFollowed = 0;

  constructor(root: Directory, path: Uint8Array, follow: boolean) {
    this.#path = path;
    this.#follow = follow;
    this.#folders = [root];
    this.#goOn(path);
  }

  async walk(signal: AbortSignal): Promise<Node> {
    for (let name = this.#ahead.pop(); name !== undefined; name = this.#ahead.pop()) {
      if (this.#leaf !== undefined) throw this.#error('ENOTDIR', 'Not a folder');
      if (isName(name, '..')) this.#goUp();
      else if (name.length > 0 && !isName(name, '.')) await this.#goInto(name, signal);
    }
    return this.#leaf ?? this.#folders.at(-1)!;
  }

  async #goInto(name: Uint8Array, signal: AbortSignal): Promise<void> {
    const listing = await this.#folders.at(-1)!.list(signal);
    const entry = listing.find(name);
    if (entry === -1) throw this.#error('ENOENT', 'No such file or folder');
    const node = listing.node(entry);
    if (node.kind === EntryKind.Directory) this.#folders.push(node);
    else if (node.kind === EntryKind.Symlink && this.#follow) await this.#followLink(node, signal);
    else this.#leaf = node;
  }

  async #followLink(link: Symlink, signal: AbortSignal): Promise<void> {
    if (++this.#linksFollowed > MAX_LINKS_FOLLOWED) throw this.#error('EINVAL', 'Too many symbolic links');
    const target = await link.target(signal);
    if (target.length === 0) throw this.#error('ENOENT', 'No such file or folder');
    if (target[0] === SLASH) this.#folders.length = 1;
    this.#goOn(target);
  }

  #goUp(): void {
    if (this.#folders.length > 1) this.#folders.pop();
  }

  #goOn(path: Uint8Array): void {
    let end = path.length;
    for (let at = path.length - 1; at >= -1; at--) {
      if (at >= 0 && path[at] !== SLASH) continue;
      this.#ahead.push(path.subarray(at + 1, end));
      end = at;
    }
  }

  #error(code: 'ENOENT' | 'ENOTDIR' | 'EINVAL', what: string): FsError {
    return new FsError(code, `${what}: "${Buffer.from(this.#path).toString()}"`);
  }
}

const SLASH = 0x2f;

function isName(name: Uint8Array, text: '.' | '..'): boolean {
  return name.length === text.length && name.every((byte) => byte === text.charCodeAt(0));
}
