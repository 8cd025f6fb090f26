/** The order of names: by bytes, unsigned, a prefix first. Without views or objects, for inner loops. */

/** Below, at or above zero, as the bytes at `startA` come before, equal or come after those at `startB`. */
export function compareBytes(
  a: Uint8Array,
  startA: number,
  lengthA: number,
  b: Uint8Array,
  startB: number,
  lengthB: number,
): number {
  const shared = Math.min(lengthA, lengthB);
  for (let i = 0; i < shared; i++) {
    const difference = a[startA + i]! - b[startB + i]!;
    if (difference !== 0) return difference;
  }
  return lengthA - lengthB;
}
