/** Numbers that are the same for the same seed, so that what failed once can be run again (mulberry32). */

/** From 0 to below 1. */
export function makeRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** From 0 up to `below`, whole. */
export function makeRandomBelow(seed: number): (below: number) => number {
  const random = makeRandom(seed);
  return (below) => Math.floor(random() * below);
}
