/** Looking names up by the other of Unicode's normal forms: macOS asks for NFD where others wrote NFC. Pure. */

import { exactText } from './name-text.ts';

/** What `find` has for the composed form of the name, else for the decomposed one; -1 where it has neither. */
export function findOtherForm(name: Uint8Array, find: (name: Uint8Array) => number): number {
  if (name.every((byte) => byte < 0x80)) return -1;
  const text = exactText(name);
  if (text === undefined) return -1;
  for (const form of ['NFC', 'NFD'] as const) {
    const other = text.normalize(form);
    const found = other === text ? -1 : find(Buffer.from(other));
    if (found !== -1) return found;
  }
  return -1;
}
