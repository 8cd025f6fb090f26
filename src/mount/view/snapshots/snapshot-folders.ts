/**
 * The folders above the snapshots: snapshots and templates -> a tree of folders, snapshots and `latest` links,
 * with the names that `restic mount` gives. Pure; knows neither inode numbers nor how the tree is shown.
 */

import type { Snapshot, Timestamp } from '../../../repo/repository.ts';
import { cleanPath } from '../names/clean-path.ts';
import type { NameRule } from '../names/name-rule.ts';
import { PathTemplate } from './path-template.ts';
import { SiblingNames } from './sibling-names.ts';
import { compileTimeLayout, type TimeFormat } from './time-format.ts';

export interface LatestLink {
  /** Relative to the folder that holds the link. */
  readonly target: string;
  readonly snapshot: Snapshot;
}

/**
 * A place in the tree. It is shown as its link if it has one, else as its snapshot, else as a folder of
 * `children`: places below a snapshot cannot be reached.
 */
export interface Place {
  readonly link?: LatestLink;
  readonly snapshot?: Snapshot;
  readonly children: ReadonlyMap<string, Place>;
  /** When the newest snapshot at or below it was made. */
  readonly newest?: Timestamp;
}

export class SnapshotFoldersBuilder {
  readonly #pathTemplates: readonly PathTemplate[];
  readonly #formatTime: TimeFormat;
  readonly #root = newPlace();
  readonly #names: NameRule;
  /** The last `-N` given for a path, so that many snapshots of one name don't cost the square of their number. */
  readonly #numbers = new Map<string, number>();

  constructor(pathTemplates: readonly string[], timeTemplate: string, names: NameRule) {
    this.#names = names;
    this.#pathTemplates = pathTemplates.map((template) => new PathTemplate(template));
    this.#formatTime = compileTimeLayout(timeTemplate);
    for (const template of this.#pathTemplates) this.#reach(cleanPath(template.staticPrefix));
  }

  /** Oldest first: of equal names the first keeps it, and `latest` is the last one added. */
  add(snapshot: Snapshot): void {
    const formattedTime = this.#formatTime(snapshot.time);
    for (const template of this.#pathTemplates) {
      const { paths, timeSuffix } = template.expand(snapshot, formattedTime);
      for (const path of paths) {
        const parts = this.#placeSnapshot(cleanPath(path + timeSuffix), snapshot);
        if (timeSuffix !== '') this.#linkLatest(cleanPath(`${path}/latest`), parts, snapshot);
      }
    }
  }

  root(): Place {
    return this.#root;
  }

  /** Returns where it was placed. */
  #placeSnapshot(wanted: readonly string[], snapshot: Snapshot): readonly string[] {
    const parts = this.#unused(wanted);
    this.#reach(parts, snapshot.time).snapshot = snapshot;
    return parts;
  }

  #linkLatest(at: readonly string[], to: readonly string[], snapshot: Snapshot): void {
    const place = this.#reach(at, snapshot.time);
    // A snapshot that is called `latest` itself is worth more than a link.
    if (place.snapshot !== undefined) return;
    place.link = { target: relativePath(this.#shownPath(at.slice(0, -1)), this.#shownPath(to)), snapshot };
  }

  /** The path itself, or with the first `-N` at its end that nothing stands at. */
  #unused(parts: readonly string[]): readonly string[] {
    if (!this.#exists(parts)) return parts;
    const key = parts.join('/');
    const name = parts.at(-1) ?? '';
    for (let number = (this.#numbers.get(key) ?? 0) + 1; ; number++) {
      const numbered = [...parts.slice(0, -1), `${name}-${number}`];
      if (this.#exists(numbered)) continue;
      this.#numbers.set(key, number);
      return numbered;
    }
  }

  #exists(parts: readonly string[]): boolean {
    let place: GrowingPlace | undefined = this.#root;
    for (const part of parts) place = place?.children.get(this.#shownName(place, part));
    return place !== undefined;
  }

  /** Of what is there. */
  #shownPath(parts: readonly string[]): readonly string[] {
    let place: GrowingPlace | undefined = this.#root;
    return parts.map((part) => {
      const name: string = place === undefined ? part : this.#shownName(place, part);
      place = place?.children.get(name);
      return name;
    });
  }

  /** Most names are shown as they are. */
  #shownName(place: GrowingPlace, part: string): string {
    if (this.#names.takesPlainNames) return part;
    place.names ??= new SiblingNames(this.#names);
    return place.names.of(part);
  }

  /** The place there; it and what leads to it are made where they are missing. */
  #reach(parts: readonly string[], time?: Timestamp): GrowingPlace {
    let place = this.#root;
    if (time !== undefined) place.newest = time;
    for (const part of parts) {
      const name = this.#shownName(place, part);
      place = place.children.get(name) ?? addChild(place, name);
      if (time !== undefined) place.newest = time;
    }
    return place;
  }
}

interface GrowingPlace extends Place {
  link?: LatestLink;
  snapshot?: Snapshot;
  newest?: Timestamp;
  children: Map<string, GrowingPlace>;
  /** Where names are not shown as they are. */
  names?: SiblingNames;
}

/** Shared by all places with nothing below them, which most are, and never written to: a map takes more than the rest. */
const NO_CHILDREN: Map<string, GrowingPlace> = new Map();

function newPlace(): GrowingPlace {
  return { children: NO_CHILDREN };
}

function addChild(place: GrowingPlace, name: string): GrowingPlace {
  const child = newPlace();
  if (place.children === NO_CHILDREN) place.children = new Map();
  place.children.set(name, child);
  return child;
}

/** From a folder to a place. */
function relativePath(from: readonly string[], to: readonly string[]): string {
  let shared = 0;
  while (shared < from.length && from[shared] === to[shared]) shared++;
  return [...from.slice(shared).map(() => '..'), ...to.slice(shared)].join('/');
}
