/** Trees to be written, described: what restic's internal/data/node.go can hold, whether a real backup would or not. */

/** Text stands for its UTF-8. */
export type Name = string | Uint8Array;
export type Entry = readonly [name: Name, node: Node];

export interface Metadata {
  /** Bits of Go's os.FileMode without those of the type; by default 0644, for folders 0755, for links 0777. */
  readonly mode?: number;
  /** RFC 3339, as restic stores them; by default one fixed moment. */
  readonly mtime?: string;
  readonly atime?: string;
  readonly ctime?: string;
  readonly uid?: number;
  readonly gid?: number;
  readonly user?: string;
  readonly group?: string;
  readonly inode?: bigint;
  readonly deviceId?: bigint;
  readonly links?: number;
  readonly extendedAttributes?: readonly (readonly [name: string, value: Uint8Array])[];
  /** JSON values by their full names (`windows.file_attributes`). */
  readonly genericAttributes?: Readonly<Record<string, unknown>>;
}

export interface FileNode extends Metadata {
  readonly type: 'file';
  readonly content: Uint8Array;
}

export interface FolderNode extends Metadata {
  readonly type: 'dir';
  /** In any order, each name once. */
  readonly entries: readonly Entry[];
}

export interface SymlinkNode extends Metadata {
  readonly type: 'symlink';
  readonly target: Name;
}

export interface DeviceNode extends Metadata {
  readonly type: 'dev' | 'chardev';
  /** The dev_t of Linux. */
  readonly device: bigint;
}

export interface OtherNode extends Metadata {
  /** `irregular` was written by restic 0.17.1 alone; `restic check` names it an error (restic's pull request 5057). */
  readonly type: 'fifo' | 'socket' | 'irregular';
}

export type Node = FileNode | FolderNode | SymlinkNode | DeviceNode | OtherNode;

export function file(content: Name, metadata: Metadata = {}): FileNode {
  return { ...metadata, type: 'file', content: nameBytes(content) };
}

export function symlink(target: Name, metadata: Metadata = {}): SymlinkNode {
  return { ...metadata, type: 'symlink', target };
}

export function folder(entries: readonly Entry[], metadata: Metadata = {}): FolderNode {
  return { ...metadata, type: 'dir', entries };
}

export type Row = readonly [path: string, node: Node];

/**
 * A tree of rows; `/` separates. Folders between need no row and get the metadata given. A folder's row may stand
 * anywhere, and its own entries are added to those that rows name: so names that hold `/`, or are no text, get into
 * a tree.
 */
export function treeOf(rows: Iterable<Row>, between: Metadata = {}): FolderNode {
  let self = folder([], between);
  const below = new Map<string, Row[]>();
  for (const [path, node] of rows) {
    const [name = '', ...rest] = path.split('/');
    if (name !== '') below.set(name, [...(below.get(name) ?? []), [rest.join('/'), node]]);
    else if (node.type === 'dir') self = node;
  }
  const entries = Array.from(below, ([name, inside]): Entry => [name, nodeOf(inside, between)]);
  return { ...self, entries: [...self.entries, ...entries] };
}

export function nameBytes(name: Name): Uint8Array {
  return typeof name === 'string' ? Buffer.from(name) : name;
}

function nodeOf(rows: readonly Row[], between: Metadata): Node {
  const leaf = rows.find(([path, node]) => path === '' && node.type !== 'dir');
  if (leaf === undefined) return treeOf(rows, between);
  if (rows.length > 1) throw new Error(`A ${leaf[1].type} cannot hold "${rows.at(-1)![0]}"`);
  return leaf[1];
}
