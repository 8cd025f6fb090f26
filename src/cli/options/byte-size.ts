/** Sizes in bytes, read as people write them and shown as restic shows them; units are powers of 1024. Pure. */

import { CommandError } from '../errors.ts';

const UNITS: readonly string[] = ['', 'K', 'M', 'G', 'T'];
const KIBI = 1024;

/** `67108864`, `64M`, `64 MiB` or `0.5G` in bytes. */
export function parseByteSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?) ?([KMGT]?)(?:i?B)?$/i.exec(text.trim());
  const exponent = UNITS.indexOf(match?.[2]?.toUpperCase() ?? '');
  const bytes = Math.round(Number(match?.[1]) * KIBI ** exponent);
  if (!match || !Number.isSafeInteger(bytes)) {
    throw new CommandError(
      `Invalid size "${text}": write a number of bytes or one with a unit, for instance 256M`,
    );
  }
  return bytes;
}

/** `1.500 MiB`; below one KiB `17 B`. */
export function formatByteSize(bytes: number): string {
  let exponent = 0;
  while (exponent < UNITS.length - 1 && bytes >= KIBI ** (exponent + 1)) exponent += 1;
  return exponent === 0 ? `${bytes} B` : `${(bytes / KIBI ** exponent).toFixed(3)} ${UNITS[exponent]}iB`;
}
