/** Where in the mount something is, kept for messages only: a chain of names up to the root. Pure. */

import { printableName } from './names/name-text.ts';

export interface Location {
  /** Undefined for the root. */
  readonly parent: Location | undefined;
  readonly name: Uint8Array;
}

export const ROOT_LOCATION: Location = { parent: undefined, name: new Uint8Array(0) };

/**
 * The name is copied: as a view it would keep the whole folder's table in memory for as long as anything
 * refers to the location.
 */
export function locationIn(parent: Location, name: Uint8Array): Location {
  return { parent, name: new Uint8Array(name) };
}

/** Absolute within the mount, for people. */
export function pathOf(location: Location): string {
  const names: string[] = [];
  for (let at = location; at.parent !== undefined; at = at.parent) names.push(printableName(at.name));
  return `/${names.reverse().join('/')}`;
}
