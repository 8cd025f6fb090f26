/** Says what keeps a mount from being unmounted. Knows neither how that is found out nor what becomes of it. */

import type { MountUser } from './driver.ts';

const MOST_NAMED = 5;

/** ` by bash (PID 123), vim (PID 456) and 3 more`, or nothing where nobody is known. */
export function describeUsers(users: readonly MountUser[]): string {
  if (users.length === 0) return '';
  return ` by ${nameSome(users.map(({ name, pid }) => `${name} (PID ${pid})`))}`;
}

/** `"/mnt/ids/a", "/mnt/ids"`. */
export function describePlaces(places: readonly string[]): string {
  return nameSome(places.map((place) => `"${place}"`));
}

function nameSome(all: readonly string[]): string {
  const more = all.length - MOST_NAMED;
  return `${all.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
