/**
 * Complete REPARSE_DATA_BUFFERs ([MS-FSCC] 2.1.2), put together byte by byte and without the codec that is under test.
 */

const SYMLINK_FLAG_RELATIVE = 1;

/** For Microsoft's tags: tag, length of the data, a reserved word, data. */
function buffer(tag: number, data: Uint8Array): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32LE(tag);
  header.writeUInt16LE(data.length, 4);
  return Buffer.concat([header, data]);
}

/** Both names end in a zero character, as Windows has them for mount points only. */
export function mountPointBuffer(substitute: string, print: string): Buffer {
  const names = [utf16(substitute), utf16('\0'), utf16(print), utf16('\0')];
  const [substituteLength, , printLength] = names.map(({ length }) => length) as [number, number, number];
  const places = words(0, substituteLength, substituteLength + 2, printLength);
  return buffer(0xa000_0003, Buffer.concat([places, ...names]));
}

/** Windows puts the print name first. */
export function symlinkBuffer(substitute: string, print: string, relative: boolean): Buffer {
  const names = [utf16(print), utf16(substitute)] as const;
  const places = words(names[0].length, names[1].length, 0, names[0].length);
  const flags = words(relative ? SYMLINK_FLAG_RELATIVE : 0, 0);
  return buffer(0xa000_000c, Buffer.concat([places, flags, ...names]));
}

/** LX_SYMLINK: version 2, then UTF-8. */
export function wslSymlinkBuffer(target: string): Buffer {
  return buffer(0xa000_001d, Buffer.concat([words(2, 0), Buffer.from(target)]));
}

export const AF_UNIX_BUFFER = buffer(0x8000_0023, Buffer.alloc(0));

/** A file of a data deduplication store, whose content Windows puts together. */
export const DEDUP_BUFFER = buffer(0x8000_0013, Buffer.from('01027c00000000000000000000000000', 'hex'));

export const CLOUD_BUFFER = buffer(0x9000_001a, Buffer.from('placeholder'));

/** Version 3, then strings that end in zero. */
export const APP_EXEC_LINK_BUFFER = buffer(
  0x8000_001b,
  Buffer.concat([words(3, 0), utf16('Vendor.App_1\0Vendor.App_1!App\0C:\\Apps\\app.exe\x000\0')]),
);

/** Microsoft's, of no name that anybody has published. */
export const UNKNOWN_BUFFER = buffer(0x8000_7abc, Buffer.from('whatever'));

/** Of somebody else: REPARSE_GUID_DATA_BUFFER, the GUID between the header and the data. */
export const THIRD_PARTY_BUFFER = (() => {
  const header = Buffer.alloc(8);
  header.writeUInt32LE(0x0000_0abc);
  header.writeUInt16LE(4, 4);
  return Buffer.concat([header, Buffer.from('00112233445566778899aabbccddeeff', 'hex'), Buffer.from('data')]);
})();

function utf16(text: string): Buffer {
  return Buffer.from(text, 'utf16le');
}

function words(...values: readonly number[]): Buffer {
  return Buffer.from(Uint16Array.from(values).buffer);
}
