/** FSP_FSCTL_VOLUME_PARAMS, version 1: what WinFsp's driver is told of a volume when it is made. Pure. */

import { writeUtf16 } from './utf16.ts';

export interface VolumeSettings {
  /** A FILETIME. */
  readonly creationTime: bigint;
  /** 32 bits. */
  readonly serialNumber: number;
  /** Shown as the kind of file system; at most 15 UTF-16 units. */
  readonly fileSystemName: string;
  /** Milliseconds for which the system may answer from memory; undefined: for ever, with its cache of contents. */
  readonly longestCaching: number | undefined;
}

const SIZE = 504;
const SECTOR_BYTES = 4096;
const MOST_UNITS_OF_A_NAME = 255;
const FILE_SYSTEM_NAME_BYTES = 32;
/** Only this value lets the cache manager keep contents. */
const FOR_EVER = 0xffff_ffff;
/** Listings of the folders above the snapshots change, and the time is one for all folders. */
const LISTINGS_MILLISECONDS = 1000;
const VOLUME_INFO_MILLISECONDS = 10_000;

const CASE_PRESERVED_NAMES = 0x2;
const UNICODE_ON_DISK = 0x4;
const PERSISTENT_ACLS = 0x8;
const REPARSE_POINTS = 0x10;
const NAMED_STREAMS = 0x40;
const READ_ONLY_VOLUME = 0x200;
/** An exact name is asked for as such, and not by a listing of its folder. */
const PASS_QUERY_DIRECTORY_FILE_NAME = 0x2000;
/**
 * The handle of an open file is a number of ours. Not among the flags is PostCleanupWhenModifiedOnly (0x400): it saves a
 * request for each file that is closed, and with it the only word that a program has closed it.
 */
const UM_FILE_CONTEXT_IS_USER_CONTEXT_2 = 0x1_0000;
const FLAGS =
  CASE_PRESERVED_NAMES |
  UNICODE_ON_DISK |
  PERSISTENT_ACLS |
  REPARSE_POINTS |
  NAMED_STREAMS |
  READ_ONLY_VOLUME |
  PASS_QUERY_DIRECTORY_FILE_NAME |
  UM_FILE_CONTEXT_IS_USER_CONTEXT_2;
/** Which of the times that follow are given: all five. */
const TIMES_GIVEN = 0x1f;

export const ALLOCATION_UNIT_BYTES = SECTOR_BYTES;

export function encodeVolumeParams(settings: VolumeSettings): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(SIZE);
  const view = new DataView(bytes.buffer);
  const caching = settings.longestCaching ?? FOR_EVER;
  view.setUint16(0, SIZE, true);
  view.setUint16(2, SECTOR_BYTES, true);
  view.setUint16(4, 1, true);
  view.setUint16(6, MOST_UNITS_OF_A_NAME, true);
  view.setBigUint64(8, settings.creationTime, true);
  view.setUint32(16, settings.serialNumber, true);
  view.setUint32(32, caching, true);
  view.setUint32(36, FLAGS, true);
  // One unit is left for the end of the text.
  writeUtf16(bytes, 424, settings.fileSystemName, FILE_SYSTEM_NAME_BYTES - 2);
  view.setUint32(456, TIMES_GIVEN, true);
  view.setUint32(460, Math.min(caching, VOLUME_INFO_MILLISECONDS), true);
  view.setUint32(464, Math.min(caching, LISTINGS_MILLISECONDS), true);
  view.setUint32(468, caching, true);
  view.setUint32(472, caching, true);
  view.setUint32(476, caching, true);
  return bytes;
}
