/** Reparse points and Wine links of every kind, the same for the same seed. */

import { makeRandom } from '../../testing/random.ts';
import type { ReparsePoint } from '../reparse-point.ts';
import { ReparseTag } from '../reparse-tags.ts';
import type { WineLink } from '../wine-link.ts';

/** A whole number from 0 up to `limit`. */
export type Below = (limit: number) => number;

export function belowOf(seed: number): Below {
  const random = makeRandom(seed);
  return (limit) => Math.floor(random() * limit);
}

const OPAQUE_TAGS = [0x80000013, 0x9000001a, 0x80000017, 0x8000001b, 0xa0000027, 0x80000024];
const THIRD_PARTY_TAGS = [0x00000042, 0x2000beef, 0x1000ffff];
/** Code units that go wrong easily: separators, NUL, halves of surrogate pairs in either order, a byte order mark. */
const ODD_UNITS = [0x5c, 0x2f, 0, 0xd83d, 0xde00, 0xfeff, 0xfffe, 0xffff, 0x2e, 0x3f];

export function randomPoint(below: Below): ReparsePoint {
  switch (below(6)) {
    case 0:
      return { kind: 'mount-point', substituteName: randomName(below, 1), printName: randomName(below, 0) };
    case 1:
      return {
        kind: 'symlink',
        substituteName: randomName(below, 1),
        printName: randomName(below, 0),
        relative: below(2) === 1,
        reservedFlags: below(4) === 0 ? (below(2 ** 32) & ~1) >>> 0 : 0,
      };
    case 2:
      return { kind: 'wsl-symlink', target: below(8) === 0 ? undefined : randomBytes(below, 1, 300) };
    case 3:
      return { kind: 'af-unix' };
    case 4:
      return { kind: 'opaque', tag: pick(OPAQUE_TAGS, below), guid: undefined, data: randomBytes(below) };
    default:
      return {
        kind: 'opaque',
        tag: pick(THIRD_PARTY_TAGS, below),
        guid: randomGuid(below),
        data: randomBytes(below),
      };
  }
}

/** Only of what can be encoded: paths without the marker of a prefix in them. */
export function randomWineLink(below: Below): WineLink {
  const tag = pick([ReparseTag.MountPoint, ReparseTag.Symlink, 0x80000017], below);
  const folder = tag === ReparseTag.Symlink ? below(2) === 1 : undefined;
  if (below(2) === 0) {
    const path = Buffer.concat([Buffer.from(pick(['', './', '../', './/'], below)), randomStep(below)]);
    return { tag, folder, relative: true, prefix: undefined, path };
  }
  const prefix = below(2) === 0 ? undefined : randomPath(below, 1);
  return { tag, folder, relative: false, prefix, path: randomPath(below, prefix ? 0 : 1) };
}

function randomPath(below: Below, fewest: number): Uint8Array {
  const steps = Array.from({ length: fewest + below(5) }, () => randomStep(below));
  return Buffer.concat(steps.flatMap((step) => [Buffer.from(pick(['/', '/', '//', '/./'], below)), step]));
}

/** Any bytes but `/` and NUL. */
function randomStep(below: Below): Uint8Array {
  return randomBytes(below, 1, 20).map((byte) => (byte === 0 || byte === 0x2f ? 0xff : byte));
}

function randomName(below: Below, fewest: number): string {
  const units = Array.from({ length: fewest + below(below(20) === 0 ? 4000 : 40) }, () =>
    below(3) === 0 ? pick(ODD_UNITS, below) : below(2) === 0 ? below(0x80) : below(0x10000),
  );
  return String.fromCharCode(...units);
}

function randomBytes(below: Below, fewest = 0, spread = 100): Uint8Array {
  return Uint8Array.from({ length: fewest + below(spread) }, () => below(256));
}

function randomGuid(below: Below): string {
  const hex = Array.from({ length: 32 }, () => below(16).toString(16)).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function pick<T>(items: readonly T[], below: Below): T {
  return items[below(items.length)]!;
}
