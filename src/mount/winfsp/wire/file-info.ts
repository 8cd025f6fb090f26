/** FSP_FSCTL_FILE_INFO: what Windows is told of a file. Pure. */

/** Mutable, so that a listing can fill the same record for entry after entry. */
export interface FileInfo {
  /** FileAttribute bits; never 0. */
  attributes: number;
  /** 0 for what is no reparse point. */
  reparseTag: number;
  /** Bytes. */
  size: number;
  /** Bytes, a multiple of the allocation unit. */
  allocationSize: number;
  /** The four are FILETIMEs. */
  creationTime: bigint;
  accessTime: bigint;
  writeTime: bigint;
  changeTime: bigint;
  /** 64 bits, the same for hard links. */
  index: bigint;
}

export function blankFileInfo(): FileInfo {
  return {
    attributes: 0,
    reparseTag: 0,
    size: 0,
    allocationSize: 0,
    creationTime: 0n,
    accessTime: 0n,
    writeTime: 0n,
    changeTime: 0n,
    index: 0n,
  };
}

export function writeFileInfo(view: DataView, at: number, info: FileInfo): void {
  view.setUint32(at, info.attributes, true);
  view.setUint32(at + 4, info.reparseTag, true);
  view.setBigUint64(at + 8, BigInt(info.allocationSize), true);
  view.setBigUint64(at + 16, BigInt(info.size), true);
  view.setBigUint64(at + 24, info.creationTime, true);
  view.setBigUint64(at + 32, info.accessTime, true);
  view.setBigUint64(at + 40, info.writeTime, true);
  view.setBigUint64(at + 48, info.changeTime, true);
  view.setBigUint64(at + 56, info.index, true);
  // Hard links, which WinFsp does not implement, and the size of extended attributes.
  view.setBigUint64(at + 64, 0n, true);
}
