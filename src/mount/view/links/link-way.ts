/**
 * Where a link leads, worked out from its text and its place alone: no folder is looked into but the snapshot's root.
 * So the length of what is shown is known as soon as the link is listed. Pure.
 */

import type { NtPath } from '../../../reparse/nt-path.ts';
import { plainTarget, type WineLink } from '../../../reparse/wine-link.ts';
import { foldedEqual } from './folded-equal.ts';
import type { StoredLink } from './stored-link.ts';

/** Where a link stands. */
export interface LinkPlace {
  /** Names of the folders from the snapshot's root to the one that the link is in, as they are shown. */
  readonly folder: readonly Uint8Array[];
  /** How many of them are not in the mount: those that lead to the folder of `--snapshot ID:FOLDER`. */
  readonly unseen: number;
  /** The shown name of the entry of the snapshot's root that has this name; undefined if there is none. */
  findInRoot(name: Uint8Array, ignoreCase: boolean): Uint8Array | undefined;
  /** As what a name is shown, unless it occurs twice. */
  showName(name: Uint8Array): Uint8Array;
}

export type LinkWay =
  /** Shown byte by byte. */
  | { readonly kind: 'as-is'; readonly target: Uint8Array }
  /** In the snapshot: so many folders up from the link's own, and by these steps down again. */
  | {
      readonly kind: 'inside';
      readonly up: number;
      readonly steps: readonly Uint8Array[];
      /** Whether names are matched to those in the snapshot without regard to case. */
      readonly ignoreCase: boolean;
    }
  /** Not in the mount; shown with this text so that it resolves to nothing. `plain`: the text alone says so. */
  | { readonly kind: 'outside'; readonly text: Uint8Array; readonly plain: boolean };

/** `contain`: nothing leads out of what is mounted. */
export function findWay(link: StoredLink, place: LinkPlace, contain: boolean): LinkWay {
  switch (link.origin) {
    case 'windows':
      return ofWindows(link.path, place);
    case 'wine':
      return ofWine(link.link, place, contain);
    case 'posix':
      return ofPosix(link.target, place, contain);
    case 'none':
      return { kind: 'outside', text: Buffer.from(link.description), plain: true };
  }
}

/** Windows takes `.` and `..` as text, before it looks at any folder; `..` stays at the root of a volume. */
function ofWindows(path: NtPath, place: LinkPlace): LinkWay {
  const parts = path.parts.map((part) => bytesOf(part));
  switch (path.kind) {
    case 'drive':
      return fromVolume(bytesOf(path.drive), bytesOf(`${path.drive}:`), parts, place, true);
    case 'unc': {
      const name = bytesOf(`\\\\${path.server}\\${path.share}`);
      return fromVolume(name, bytesOf(`${path.server}/${path.share}`), parts, place, false);
    }
    case 'rooted': {
      const volume = place.folder[0];
      if (volume === undefined || !isVolume(volume)) return outside([], parts);
      return inside([volume, ...normalise(parts)], place, true) ?? outside([volume], parts);
    }
    case 'relative': {
      const volumes = place.folder[0] !== undefined && isVolume(place.folder[0]) ? 1 : 0;
      const { up, steps } = normaliseRelative(parts, place.folder.length - volumes);
      return insideRelative(up, steps, place, true);
    }
    case 'drive-relative':
      return outside([bytesOf(`${path.drive}:`)], parts, true);
    case 'volume':
      return outside([bytesOf(`Volume{${path.guid}}`)], parts);
    case 'device':
      return outside([], parts);
  }
}

/** restic puts what is on `C:` into a folder `C` of the root, and shares into one named `\\server\share`. */
function fromVolume(
  name: Uint8Array,
  text: Uint8Array,
  parts: readonly Uint8Array[],
  place: LinkPlace,
  plain: boolean,
): LinkWay {
  const volume = place.findInRoot(name, true);
  const way = volume && inside([volume, ...normalise(parts)], place, true);
  return way ?? outside([text], parts, plain);
}

/**
 * A prefix that was moved is followed by the link's own place: its prefix is the folder around `drive_c` or
 * `dosdevices` there.
 */
function ofWine(link: WineLink, place: LinkPlace, contain: boolean): LinkWay {
  if (link.prefix !== undefined) {
    const depth = place.folder.findLastIndex((name) => WINE_FOLDERS.some((known) => known.equals(name)));
    const steps = depth === -1 ? undefined : split(link.path);
    const way = steps && inside([...place.folder.slice(0, depth), ...normalise(steps)], place, false);
    if (way !== undefined) return way;
  }
  return ofPosix(plainTarget(link), place, contain);
}

const WINE_FOLDERS = [Buffer.from('drive_c'), Buffer.from('dosdevices')];

/** The root of a snapshot stands for that of the system it was made on: `..` stays there. */
function ofPosix(target: Uint8Array, place: LinkPlace, contain: boolean): LinkWay {
  const steps = split(target);
  if (target[0] === SLASH) return fromRoot(dropUps(steps), target, place, contain);
  const up = countUps(steps);
  const depth = place.folder.length;
  if (up <= depth - place.unseen) {
    if (!contain || !steps.slice(up).some(isDotDot)) return { kind: 'as-is', target: asShown(target, place) };
    // `..` behind a name could lead from a link's target out of the mount.
    const normal = normaliseRelative(steps, depth);
    return insideRelative(normal.up, normal.steps, place, false);
  }
  const absolute = [...place.folder.slice(0, Math.max(0, depth - up)), ...steps.slice(up)];
  return fromRoot(absolute, target, place, contain);
}

/** The same path by the names that are shown. */
function asShown(path: Uint8Array, { showName }: LinkPlace): Uint8Array {
  let changed = false;
  const parts = splitAt(path).map((part) => {
    const shown = part.length === 0 || isDot(part) || isDotDot(part) ? part : showName(part);
    changed ||= shown !== part;
    return shown;
  });
  return changed ? joinSteps(parts) : path;
}

function fromRoot(
  steps: readonly Uint8Array[],
  target: Uint8Array,
  place: LinkPlace,
  contain: boolean,
): LinkWay {
  const first = steps[0] === undefined ? undefined : place.findInRoot(steps[0], false);
  const isInSnapshot = steps.length === 0 || first !== undefined;
  const kept = contain ? normalise(steps) : steps;
  const way = isInSnapshot ? inside(kept, place, false) : undefined;
  return way ?? (contain ? outside([], kept) : { kind: 'as-is', target });
}

/** Undefined where what is mounted does not hold it. `steps` begin at the snapshot's root. */
function inside(steps: readonly Uint8Array[], place: LinkPlace, ignoreCase: boolean): LinkWay | undefined {
  const { folder, unseen } = place;
  for (let depth = 0; depth < unseen; depth++) {
    const step = steps[depth];
    if (step === undefined) return undefined;
    const shown = place.showName(step);
    const isSame = ignoreCase
      ? foldedEqual(shown, folder[depth]!)
      : Buffer.compare(shown, folder[depth]!) === 0;
    if (!isSame) return undefined;
  }
  const shown = steps.slice(unseen).map((step) => (isDotDot(step) ? step : place.showName(step)));
  return { kind: 'inside', up: folder.length - unseen, steps: shown, ignoreCase };
}

function insideRelative(
  up: number,
  steps: readonly Uint8Array[],
  place: LinkPlace,
  ignoreCase: boolean,
): LinkWay {
  const depth = place.folder.length;
  if (up > depth - place.unseen) {
    const whole = [...place.folder.slice(0, depth - up), ...steps];
    return inside(whole, place, ignoreCase) ?? outside([], whole);
  }
  return { kind: 'inside', up, steps: steps.map((step) => place.showName(step)), ignoreCase };
}

/** Without `..`, lest a program that takes them as text should find its way out. */
function outside(start: readonly Uint8Array[], parts: readonly Uint8Array[], plain = false): LinkWay {
  return { kind: 'outside', text: joinSteps([...start, ...normalise(parts)]), plain };
}

/** A drive's letter, or a share, as restic names the folders of the root. */
function isVolume(name: Uint8Array): boolean {
  return (
    (name.length === 1 && /[A-Za-z]/.test(String.fromCharCode(name[0]!))) ||
    (name[0] === BACKSLASH && name[1] === BACKSLASH)
  );
}

/** Without `.`, and `..` takes the name before it away; at the start it says nothing. */
function normalise(steps: readonly Uint8Array[]): readonly Uint8Array[] {
  return normaliseRelative(steps, 0).steps;
}

/** The same for a path that may lead up to `most` folders up first. */
function normaliseRelative(
  parts: readonly Uint8Array[],
  most: number,
): { readonly up: number; readonly steps: readonly Uint8Array[] } {
  let up = 0;
  const steps: Uint8Array[] = [];
  for (const part of parts) {
    if (isDot(part)) continue;
    if (!isDotDot(part)) steps.push(part);
    else if (steps.pop() === undefined && up < most) up++;
  }
  return { up, steps };
}

/** How many `..` it begins with. */
function countUps(steps: readonly Uint8Array[]): number {
  let up = 0;
  while (steps[up] !== undefined && isDotDot(steps[up]!)) up++;
  return up;
}

function dropUps(steps: readonly Uint8Array[]): readonly Uint8Array[] {
  return steps.slice(countUps(steps));
}

/** Neither empty nor `.`. */
function split(path: Uint8Array): Uint8Array[] {
  return splitAt(path).filter((step) => step.length > 0 && !isDot(step));
}

function splitAt(path: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let start = 0; start <= path.length; ) {
    const slash = path.indexOf(SLASH, start);
    const end = slash === -1 ? path.length : slash;
    parts.push(path.subarray(start, end));
    start = end + 1;
  }
  return parts;
}

export function joinSteps(steps: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(steps.flatMap((step, i) => (i === 0 ? [step] : [SEPARATOR, step])));
}

function isDot(step: Uint8Array): boolean {
  return step.length === 1 && step[0] === DOT;
}

function isDotDot(step: Uint8Array): boolean {
  return step.length === 2 && step[0] === DOT && step[1] === DOT;
}

function bytesOf(latin1: string): Uint8Array {
  return Buffer.from(latin1, 'latin1');
}

const BACKSLASH = 0x5c;
const DOT = 0x2e;
const SLASH = 0x2f;
const SEPARATOR = Uint8Array.of(SLASH);
