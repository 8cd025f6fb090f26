/** Where something is: a chain of names up to a root, that of the mount for messages, a snapshot's for links. Pure. */

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

/** From the root on. */
export function namesTo(location: Location): readonly Uint8Array[] {
  const names: Uint8Array[] = [];
  for (let at = location; at.parent !== undefined; at = at.parent) names.push(at.name);
  return names.reverse();
}

/** Absolute within the mount, for people. */
export function pathOf(location: Location): string {
  return `/${namesTo(location).map(printableName).join('/')}`;
}
