/** What fuse-native passes with each kind of request, and what it insists on in an answer. Pure. */

/** By operation, as fuse-native names them. Paths start with `/`; 64-bit numbers come in halves, the low one first. */
export interface Requests {
  getattr: [path: string];
  fgetattr: [path: string, handle: number];
  readlink: [path: string];
  statfs: [path: string];
  open: [path: string, flags: number];
  release: [path: string, handle: number];
  read: [path: string, handle: number, into: Buffer, length: number, low: number, high: number];
  readdir: [path: string];
  getxattr: [path: string, name: string, into: Buffer, position: number];
  listxattr: [path: string, into: Buffer];
  create: [path: string, mode: number];
  write: [path: string, handle: number, from: Buffer, length: number, low: number, high: number];
  setxattr: [path: string, name: string, value: Buffer, position: number, flags: number];
  removexattr: [path: string, name: string];
  truncate: [path: string, low: number, high: number];
  ftruncate: [path: string, handle: number, low: number, high: number];
  utimens: [path: string, ...halves: number[]];
  chown: [path: string, uid: number, gid: number];
  chmod: [path: string, mode: number];
  mknod: [path: string, mode: number, device: number];
  unlink: [path: string];
  rename: [path: string, to: string];
  link: [path: string, to: string];
  symlink: [target: string, path: string];
  mkdir: [path: string, mode: number];
  rmdir: [path: string];
}

export type OperationName = keyof Requests;

/** uint32 words of what is said of a file, and of the file system. */
export const STAT_WORDS = 18;
export const STATFS_WORDS = 11;

/** The details of an answer that is only a number. Memory of libfuse that came with the request goes back with it. */
export const BLANK_ANSWERS: { readonly [Name in OperationName]: (details: Requests[Name]) => unknown[] } = {
  getattr: () => [new Uint32Array(STAT_WORDS)],
  fgetattr: () => [new Uint32Array(STAT_WORDS)],
  readlink: () => [''],
  statfs: () => [new Uint32Array(STATFS_WORDS)],
  open: () => [0],
  release: () => [],
  read: ([, , into]) => [0, into.buffer],
  readdir: () => [[], []],
  getxattr: ([, , into]) => [into.buffer],
  listxattr: ([, into]) => [into.buffer],
  create: () => [0],
  write: ([, , from]) => [0, from.buffer],
  setxattr: ([, , value]) => [value.buffer],
  removexattr: () => [],
  truncate: () => [],
  ftruncate: () => [],
  utimens: () => [],
  chown: () => [],
  chmod: () => [],
  mknod: () => [],
  unlink: () => [],
  rename: () => [],
  link: () => [],
  symlink: () => [],
  mkdir: () => [],
  rmdir: () => [],
};
