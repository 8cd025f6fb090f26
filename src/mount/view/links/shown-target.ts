/** The target that a link shows, of the way that it leads. Pure. */

import { joinSteps, type LinkWay } from './link-way.ts';

const SLASH = 0x2f;
const UP = Buffer.from('../');
const HERE = Buffer.from('.');
const PERCENT = Buffer.from('%');
const OUTSIDE = Buffer.from('%outside/');

/** `has`: whether the folder that the link is in has an entry with this name. */
export function shownTarget(way: LinkWay, has: (name: Uint8Array) => boolean): Uint8Array {
  switch (way.kind) {
    case 'as-is':
      return way.target;
    case 'inside':
      return insideTarget(way.up, way.steps);
    case 'outside':
      return way.plain && !has(firstName(way.text)) ? way.text : unresolvable(way.text, has);
  }
}

function insideTarget(up: number, steps: readonly Uint8Array[]): Uint8Array {
  if (up === 0) return steps.length === 0 ? HERE : joinSteps(steps);
  const path = Buffer.concat([...Array.from({ length: up }, () => UP), joinSteps(steps)]);
  return steps.length === 0 ? path.subarray(0, -1) : path;
}

/**
 * The text behind a name that is not in the link's folder, so that it leads nowhere wherever the link is copied. An error
 * in its place would end copies half way.
 */
function unresolvable(text: Uint8Array, has: (name: Uint8Array) => boolean): Uint8Array {
  let shown = Buffer.concat([OUTSIDE, text]);
  while (has(firstName(shown))) shown = Buffer.concat([PERCENT, shown]);
  return shown;
}

function firstName(path: Uint8Array): Uint8Array {
  const end = path.indexOf(SLASH);
  return end === -1 ? path : path.subarray(0, end);
}
