/**
 * Requests as Linux 6.18 (protocol 7.45) sent them, in hexadecimal, one field or group of fields a piece.
 * Recorded from ls, cat, dd, getfattr and stat on a mount of this driver.
 */

/** struct fuse_in_header: length, opcode, unique, nodeid, uid, gid, pid, total_extlen, padding. */
function header(length: string, opcode: string, unique: string, node: string, pid = 'd44c0000'): string[] {
  return [length, opcode, unique, node, '00000000', '00000000', pid, '0000', '0000'];
}

export const RECORDED = {
  init: bytes(
    ...header('68000000', '1a000000', '0200000000000000', '0000000000000000', '00000000'),
    '07000000 2d000000', // major 7, minor 45
    '00000200', // max_readahead 128 KiB
    'fbffff73', // flags, with FUSE_INIT_EXT
    'fd050000', // flags2
    '00'.repeat(44),
  ),
  lookup: bytes(
    ...header('2a000000', '01000000', '1c00000000000000', '0500000001000000'),
    '6100', // "a" and its NUL
  ),
  getattr: bytes(
    ...header('38000000', '03000000', '0400000000000000', '0100000000000000'),
    '00000000 00000000 0000000000000000', // no handle
  ),
  readlink: bytes(...header('28000000', '05000000', '0e00000000000000', '0400000001000000')),
  open: bytes(
    ...header('30000000', '0e000000', '1400000000000000', '0000000001000000'),
    '00800000 00000000', // O_RDONLY | O_LARGEFILE
  ),
  read: bytes(
    ...header('50000000', '0f000000', '1600000000000000', '0000000001000000'),
    '0100000000000000', // handle 1
    '0000000000000000', // offset 0
    '00100000', // 4096 bytes
    '00000000 0000000000000000 00800000 00000000',
  ),
  getxattr: bytes(
    ...header('41000000', '16000000', '0600000000000000', '0100000000000000'),
    'ff000000 00000000', // room for 255 bytes
    '73656375726974792e73656c696e757800', // "security.selinux"
  ),
  listxattr: bytes(
    ...header('30000000', '17000000', '2800000000000000', '0400000001000000'),
    '00000000 00000000', // asks for the size
  ),
  readdir: bytes(
    ...header('50000000', '1c000000', '3000000000000000', '0200000001000000'),
    '0200000000000000', // handle 2
    'c300000000000000', // goes on at 195
    '00800000', // 32 KiB
    '00000000 0000000000000000 00880100 00000000',
  ),
  readdirplus: bytes(
    ...header('50000000', '2c000000', '1000000000000000', '0100000000000000'),
    '0100000000000000 0800000000000000 00800000',
    '00000000 0000000000000000 00880100 00000000',
  ),
  lseek: bytes(
    ...header('40000000', '2e000000', '6a00000000000000', '0000000001000000'),
    '0300000000000000', // handle 3
    '0300000000000000', // offset 3
    '04000000 00000000', // SEEK_HOLE
  ),
  batchForget: bytes(
    // Cut after two of its 95 entries; length and count changed accordingly.
    ...header('50000000', '2a000000', '7a00000000000000', '0000000000000000', '00000000'),
    '02000000 00000000',
    '0000000003000000 0100000000000000',
    '0000000002000000 0100000000000000',
  ),
  statx: bytes(
    ...header('40000000', '34000000', '8000000000000000', '0000000001000000'),
    '00000000 00000000 0000000000000000 00000000 ff0f0000',
  ),
} as const;

export function bytes(...hex: string[]): Uint8Array {
  return new Uint8Array(Buffer.from(hex.join('').replaceAll(' ', ''), 'hex'));
}
