/**
 * Nodes as restic writes them on Windows: no owner, inode or device, modes from the read-only attribute alone
 * (internal/fs/stat_windows.go), and generic attributes (internal/data/node_windows.go).
 */

import {
  type FileNode,
  type FolderNode,
  file,
  folder,
  type Metadata,
  type Name,
  type OtherNode,
  type SymlinkNode,
  symlink,
} from '../restic-writer/node.ts';

/** [MS-FSCC] 2.6, File Attributes. */
export const Attribute = {
  ReadOnly: 0x1,
  Hidden: 0x2,
  System: 0x4,
  Directory: 0x10,
  Archive: 0x20,
  ReparsePoint: 0x400,
  NotIndexed: 0x2000,
} as const;

export interface WindowsMetadata extends Metadata {
  /** Instead of what a node of its kind usually has. */
  readonly attributes?: number;
  readonly reparsePoint?: Uint8Array;
}

export function windowsFile(content: Name, metadata: WindowsMetadata = {}): FileNode {
  const { attributes = Attribute.Archive } = metadata;
  const mode = attributes & Attribute.ReadOnly ? 0o444 : 0o666;
  return file(content, { mode, ...windows(metadata, attributes, SECURITY_DESCRIPTOR) });
}

export function windowsFolder(metadata: WindowsMetadata = {}): FolderNode {
  const { attributes = Attribute.Directory } = metadata;
  return folder([], { mode: 0o777, ...windows(metadata, attributes, SECURITY_DESCRIPTOR) });
}

/** restic stores no attributes of a volume's root. */
export function driveRoot(): FolderNode {
  return folder([], { mode: 0o777 });
}

/** `target` as restic stores it: without the `\??\` of the substitute name. */
export function junction(target: Name, metadata: WindowsMetadata = {}): SymlinkNode {
  return folderLink(target, metadata);
}

/** No tag is stored, so that nothing but its target tells a folder's symlink from a junction. */
export function folderLink(target: Name, metadata: WindowsMetadata = {}): SymlinkNode {
  return windowsLink(target, Attribute.ReparsePoint | Attribute.Directory, metadata);
}

export function fileLink(target: Name, metadata: WindowsMetadata = {}): SymlinkNode {
  return windowsLink(target, Attribute.ReparsePoint | Attribute.Archive, metadata);
}

/** As restic before 0.17 stored all links, without generic attributes. */
export function oldLink(target: Name): SymlinkNode {
  return symlink(target, { mode: 0o666, links: 1 });
}

export function irregular(metadata: WindowsMetadata = {}): OtherNode {
  const { attributes = Attribute.ReparsePoint | Attribute.Archive } = metadata;
  return { type: 'irregular', ...windows(metadata, attributes) };
}

export function windowsSocket(metadata: WindowsMetadata = {}): OtherNode {
  const { attributes = Attribute.ReparsePoint | Attribute.Archive } = metadata;
  return { type: 'socket', mode: 0o666, ...windows(metadata, attributes) };
}

function windowsLink(target: Name, usual: number, metadata: WindowsMetadata): SymlinkNode {
  const { attributes = usual } = metadata;
  return symlink(target, { mode: 0o666, ...windows(metadata, attributes) });
}

/** restic reads security descriptors of files and folders only. */
function windows(
  { attributes: _, reparsePoint, genericAttributes, ...metadata }: WindowsMetadata,
  attributes: number,
  securityDescriptor?: Uint8Array,
): Metadata {
  return {
    ...metadata,
    genericAttributes: {
      'windows.creation_time': fileTime(CREATED),
      'windows.file_attributes': attributes,
      ...present('windows.security_descriptor', securityDescriptor),
      ...present('windows.reparse_point', reparsePoint),
      ...genericAttributes,
    },
  };
}

function present(name: string, bytes: Uint8Array | undefined): Record<string, string> {
  return bytes === undefined ? {} : { [name]: Buffer.from(bytes).toString('base64') };
}

/** When all nodes of Windows were made, in seconds since 1970, and as many more units of 100 ns. */
export const CREATED = { seconds: 1_234_567_890n, ticks: 1_234_567n };

const TICKS_A_SECOND = 10_000_000n;
const SECONDS_FROM_1601_TO_1970 = 11_644_473_600n;

/** A FILETIME as Go writes the struct: units of 100 ns since 1601 in two words. */
function fileTime({ seconds, ticks }: typeof CREATED): object {
  const time = (seconds + SECONDS_FROM_1601_TO_1970) * TICKS_A_SECOND + ticks;
  return { LowDateTime: Number(time & 0xffff_ffffn), HighDateTime: Number(time >> 32n) };
}

/** Self-relative ([MS-DTYP] 2.4.6): owned by Administrators, group SYSTEM, everything granted to everyone. */
export const SECURITY_DESCRIPTOR = Buffer.from(
  [
    '01 00 0480 14000000 24000000 00000000 30000000',
    '01 02 000000000005 20000000 20020000',
    '01 01 000000000005 12000000',
    '02 00 1c00 0100 0000 00 00 1400 ff011f00 01 01 000000000001 00000000',
  ]
    .join('')
    .replaceAll(' ', ''),
  'hex',
);
