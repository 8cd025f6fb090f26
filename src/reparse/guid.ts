/** GUIDs as text. The first three fields are numbers, stored little-endian ([MS-DTYP] 2.3.4.2). Pure. */

import { ReparseError } from './reparse-error.ts';

/** `01234567-89ab-cdef-0123-456789abcdef` of 16 bytes. */
export function formatGuid(bytes: Buffer): string {
  const numbers = [
    bytes.readUInt32LE(0).toString(16).padStart(8, '0'),
    bytes.readUInt16LE(4).toString(16).padStart(4, '0'),
    bytes.readUInt16LE(6).toString(16).padStart(4, '0'),
  ];
  return [...numbers, bytes.toString('hex', 8, 10), bytes.toString('hex', 10, 16)].join('-');
}

/** Throws ReparseError. */
export function parseGuid(text: string): Uint8Array {
  if (!/^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text)) {
    throw new ReparseError(`"${text}" is no GUID`);
  }
  const bytes = Buffer.from(text.replaceAll('-', ''), 'hex');
  bytes.subarray(0, 4).swap32();
  bytes.subarray(4, 6).swap16();
  bytes.subarray(6, 8).swap16();
  return bytes;
}
