/**
 * Reparse tags: 32 bits that say whose a reparse point is, and how its data is to be read. Names and values are
 * those of [MS-FSCC] 2.1.2.1 and ntifs.h. Tags of third parties are not listed there. Pure.
 */

/** The tags whose data this folder knows. */
export const ReparseTag = {
  /** A junction or a volume mount point. */
  MountPoint: 0xa0000003,
  Symlink: 0xa000000c,
  /** A symbolic link of the Windows Subsystem for Linux, and of Cygwin. */
  WslSymlink: 0xa000001d,
  AfUnix: 0x80000023,
} as const;

export interface ReparseTagBits {
  /** The owner is Microsoft. Buffers of all other owners carry a GUID. */
  readonly microsoft: boolean;
  /** It stands for another name, as links do. */
  readonly nameSurrogate: boolean;
  /** A directory with this tag may have children. */
  readonly directory: boolean;
}

const MICROSOFT = 0x80000000;
const HIGH_LATENCY = 0x40000000;
const NAME_SURROGATE = 0x20000000;
const DIRECTORY = 0x10000000;
/** All others must be 0: IO_REPARSE_TAG_VALID_VALUES of ntifs.h. */
const VALID_BITS = 0xf000ffff;
/** IO_REPARSE_TAG_RESERVED_ZERO, _ONE and _TWO. */
const LAST_RESERVED = 2;

export function reparseTagBits(tag: number): ReparseTagBits {
  return {
    microsoft: (tag & MICROSOFT) !== 0,
    nameSurrogate: (tag & NAME_SURROGATE) !== 0,
    directory: (tag & DIRECTORY) !== 0,
  };
}

/** Whether a file system may hold it ([MS-FSCC] 2.1.2.1: reserved values, and bits that exclude each other). */
export function isReparseTag(tag: number): boolean {
  if (tag >>> 0 !== tag || tag <= LAST_RESERVED || (tag & ~VALID_BITS) !== 0) return false;
  const { microsoft, nameSurrogate, directory } = reparseTagBits(tag);
  return !(nameSurrogate && directory) && (microsoft || (tag & HIGH_LATENCY) === 0);
}

/** `0xa0000003`. */
export function formatReparseTag(tag: number): string {
  return `0x${tag.toString(16).padStart(8, '0')}`;
}

/** Microsoft's name with its prefix, as `IO_REPARSE_TAG_SYMLINK`; undefined for tags that are not known. */
export function reparseTagName(tag: number): string | undefined {
  const name = KNOWN.get(tag)?.[0];
  return name === undefined ? undefined : `IO_REPARSE_TAG_${name}`;
}

/** Whose it is, in a few words; undefined for tags that are not known. */
export function reparseTagPurpose(tag: number): string | undefined {
  return KNOWN.get(tag)?.[1];
}

/** [name without prefix, purpose] by tag. */
const KNOWN: ReadonlyMap<number, readonly [string, string]> = new Map<number, readonly [string, string]>([
  [0xa0000003, ['MOUNT_POINT', 'junctions and volume mount points']],
  [0xc0000004, ['HSM', 'Hierarchical Storage Manager, obsolete']],
  [0x80000005, ['DRIVE_EXTENDER', 'Home Server drive extender']],
  [0x80000006, ['HSM2', 'Hierarchical Storage Manager, obsolete']],
  [0x80000007, ['SIS', 'single-instance storage']],
  [0x80000008, ['WIM', 'a mounted WIM image']],
  [0x80000009, ['CSV', 'Clustered Shared Volumes 1, obsolete']],
  [0x8000000a, ['DFS', 'Distributed File System']],
  [0x8000000b, ['FILTER_MANAGER', 'test harness of the filter manager']],
  [0xa000000c, ['SYMLINK', 'symbolic links']],
  [0xa0000010, ['IIS_CACHE', 'cache of Internet Information Services']],
  [0x80000012, ['DFSR', 'Distributed File System replication']],
  [0x80000013, ['DEDUP', 'Data Deduplication: the content is in a chunk store']],
  [0xc0000014, ['APPXSTRM', 'streamed application packages, not used']],
  [0x80000014, ['NFS', "special files of Microsoft's NFS server"]],
  [0x80000015, ['FILE_PLACEHOLDER', 'placeholders of Windows 8.1, obsolete']],
  [0x80000016, ['DFM', 'Dynamic File Filter']],
  [0x80000017, ['WOF', 'Windows Overlay Filter: compressed, or in a WIM image']],
  [0x80000018, ['WCI', 'Windows Container Isolation']],
  [0x90001018, ['WCI_1', 'Windows Container Isolation']],
  [0xa0000019, ['GLOBAL_REPARSE', 'a link from a silo to the host, in the NPFS']],
  [0x9000001a, ['CLOUD', 'Cloud Files, OneDrive for one']],
  ...Array.from(
    { length: 15 },
    (_, index) => [0x9000101a + index * 0x1000, cloudVariant(index + 1)] as const,
  ),
  [0x8000001b, ['APPEXECLINK', 'execution alias of an application package']],
  [0x9000001c, ['PROJFS', 'Projected File System: the content is made on demand']],
  [0xa000001d, ['LX_SYMLINK', 'symbolic links of the Windows Subsystem for Linux']],
  [0x8000001e, ['STORAGE_SYNC', 'Azure File Sync']],
  [0x90000027, ['STORAGE_SYNC_FOLDER', 'Azure File Sync, a folder']],
  [0xa000001f, ['WCI_TOMBSTONE', 'Windows Container Isolation: deleted']],
  [0x80000020, ['UNHANDLED', 'Windows Container Isolation: not handled']],
  [0x80000021, ['ONEDRIVE', 'not used']],
  [0xa0000022, ['PROJFS_TOMBSTONE', 'Projected File System: deleted']],
  [0x80000023, ['AF_UNIX', 'sockets in the file system']],
  [0x80000024, ['LX_FIFO', 'named pipes of the Windows Subsystem for Linux']],
  [0x80000025, ['LX_CHR', 'character devices of the Windows Subsystem for Linux']],
  [0x80000026, ['LX_BLK', 'block devices of the Windows Subsystem for Linux']],
  [0xa0000027, ['WCI_LINK', 'Windows Container Isolation: link']],
  [0xa0001027, ['WCI_LINK_1', 'Windows Container Isolation: link']],
]);

/** CLOUD_1 to CLOUD_F, of further providers. */
function cloudVariant(number: number): readonly [string, string] {
  return [`CLOUD_${number.toString(16).toUpperCase()}`, 'Cloud Files'];
}
