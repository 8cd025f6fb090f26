/**
 * Numbers of the FUSE kernel protocol and of the Linux ABI that the driver speaks: opcodes, flags, error
 * numbers, mode bits. Source: include/uapi/linux/fuse.h and include/uapi/asm-generic/errno*.h of the kernel.
 * Values only: nothing here decides anything.
 */

export const Opcode = {
  Lookup: 1,
  Forget: 2,
  GetAttr: 3,
  SetAttr: 4,
  ReadLink: 5,
  SymLink: 6,
  MkNod: 8,
  MkDir: 9,
  Unlink: 10,
  RmDir: 11,
  Rename: 12,
  Link: 13,
  Open: 14,
  Read: 15,
  Write: 16,
  StatFs: 17,
  SetXattr: 21,
  GetXattr: 22,
  ListXattr: 23,
  RemoveXattr: 24,
  Init: 26,
  OpenDir: 27,
  ReadDir: 28,
  ReleaseDir: 29,
  Create: 35,
  Interrupt: 36,
  Destroy: 38,
  Ioctl: 39,
  BatchForget: 42,
  FAllocate: 43,
  ReadDirPlus: 44,
  Rename2: 45,
  LSeek: 46,
  CopyFileRange: 47,
  TmpFile: 51,
  Statx: 52,
} as const;

/** INIT: what the kernel offers and we take. */
export const InitFlag = {
  AsyncRead: 1 << 0,
  DoReadDirPlus: 1 << 13,
  ParallelDirOps: 1 << 18,
  MaxPages: 1 << 22,
  CacheSymlinks: 1 << 23,
} as const;

/** Flags of the answer to OPENDIR. */
export const OpenFlag = {
  KeepCache: 1 << 1,
  CacheDir: 1 << 3,
} as const;

/** Error numbers of the generic Linux ABI (x86, ARM, RISC-V, POWER, s390). */
export const Errno = {
  EPERM: 1,
  ENOENT: 2,
  EINTR: 4,
  EIO: 5,
  ENXIO: 6,
  EAGAIN: 11,
  EACCES: 13,
  EBUSY: 16,
  ENODEV: 19,
  ENOTDIR: 20,
  EISDIR: 21,
  EINVAL: 22,
  ENOTTY: 25,
  EROFS: 30,
  ERANGE: 34,
  ENOSYS: 38,
  ENODATA: 61,
  EPROTO: 71,
  EOPNOTSUPP: 95,
  ECONNABORTED: 103,
  ENOTCONN: 107,
  ESTALE: 116,
} as const;

/** The type bits of st_mode; shifted right by 12 they are the d_type of a directory entry. */
export const FileType = {
  Fifo: 0o010000,
  CharDevice: 0o020000,
  Directory: 0o040000,
  BlockDevice: 0o060000,
  File: 0o100000,
  Symlink: 0o120000,
  Socket: 0o140000,
} as const;

export const Whence = { Data: 3, Hole: 4 } as const;

/** Flags of mount(2). */
export const MountFlag = { ReadOnly: 1, NoSuid: 2, NoDev: 4, NoExec: 8 } as const;

/** The nodeid of the root, fixed by the protocol. */
export const ROOT_ID = 1;
