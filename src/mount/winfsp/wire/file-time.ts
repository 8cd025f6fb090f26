/** A FILETIME: units of 100 ns since 1601-01-01T00:00:00Z ([MS-DTYP] 2.3.3). Pure. */

/** 1601-01-01 in seconds before 1970-01-01. */
const EPOCH_SECONDS = 11_644_473_600n;
const UNITS_A_SECOND = 10_000_000n;
/** Windows takes a FILETIME as signed in many places. */
const LAST = 0x7fff_ffff_ffff_ffffn;

/**
 * Of a time since 1970 in whole seconds, of either sign, and the nanoseconds after them. What lies before 1601 or after
 * the last that there is becomes the first or the last.
 */
export function fileTime(seconds: number, nanoseconds: number): bigint {
  const units = (BigInt(seconds) + EPOCH_SECONDS) * UNITS_A_SECOND + BigInt(Math.floor(nanoseconds / 100));
  if (units < 0n) return 0n;
  return units > LAST ? LAST : units;
}
