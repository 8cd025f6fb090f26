/**
 * Path templates: where in the mount a snapshot stands, as restic's --path-template says it. Pure text: whether
 * the results are usable as names is not decided here.
 */

import type { Snapshot } from '../../../repo/repository.ts';

export const DEFAULT_PATH_TEMPLATES: readonly string[] = [
  'ids/%i',
  'snapshots/%T',
  'hosts/%h/%T',
  'tags/%t/%T',
];
/** RFC 3339, as Go writes it. */
export const DEFAULT_TIME_TEMPLATE = '2006-01-02T15:04:05Z07:00';

/** What is wrong with them as one line, or undefined: then a view can be made of them. */
export function validateTemplates(
  pathTemplates: readonly string[],
  timeTemplate: string,
): string | undefined {
  if (timeTemplate === '') return 'The time template is empty';
  if (timeTemplate.startsWith('/') || timeTemplate.endsWith('/')) {
    return `The time template "${timeTemplate}" starts or ends with '/'`;
  }
  if (pathTemplates.includes('')) return 'A path template is empty';
  return undefined;
}

export interface ExpandedTemplate {
  /** One a tag where the template holds `%t`, otherwise one; without the time where `timeSuffix` has it. */
  readonly paths: readonly string[];
  /** The time, where the template ends with `%T`: such folders get a `latest` link. Otherwise empty. */
  readonly timeSuffix: string;
}

/**
 * `%i` short id, `%I` id, `%u` user, `%h` host, `%t` each tag, `%T` time; any other character after `%` stands
 * for itself. Read once, used for every snapshot.
 */
export class PathTemplate {
  /**
   * The folders at the template's start that do not depend on the snapshot: shown even when there is none.
   * Empty if the template has no verb at all.
   */
  readonly staticPrefix: string;
  readonly #pieces: readonly Piece[];
  readonly #endsWithTime: boolean;

  constructor(template: string) {
    const pieces = parse(template);
    this.staticPrefix = staticPrefixOf(pieces);
    this.#endsWithTime = pieces.at(-1) === timeVerb;
    this.#pieces = this.#endsWithTime ? pieces.slice(0, -1) : pieces;
  }

  /** A snapshot without tags has no path after a template with `%t`. */
  expand(snapshot: Snapshot, formattedTime: string): ExpandedTemplate {
    let paths: readonly string[] = [''];
    for (const piece of this.#pieces) paths = appendEach(paths, piece, snapshot, formattedTime);
    return { paths, timeSuffix: this.#endsWithTime ? formattedTime : '' };
  }
}

/** A verb gives one text or, of tags, any number; everything else stands for itself. */
type Verb = (snapshot: Snapshot, formattedTime: string) => string | readonly string[];
type Piece = string | Verb;

const timeVerb: Verb = (_, formattedTime) => formattedTime;
const VERBS: ReadonlyMap<string, Verb> = new Map<string, Verb>([
  ['T', timeVerb],
  ['i', ({ id }) => id.slice(0, 8)],
  ['I', ({ id }) => id],
  ['u', ({ username }) => username],
  ['h', ({ hostname }) => hostname],
  ['t', ({ tags }) => tagNames(tags)],
]);

function parse(template: string): Piece[] {
  const pieces: Piece[] = [];
  let literal = '';
  let afterPercent = false;
  for (const character of template) {
    const verb = afterPercent ? VERBS.get(character) : undefined;
    if (verb !== undefined) {
      if (literal !== '') pieces.push(literal);
      pieces.push(verb);
      literal = '';
    } else if (afterPercent || character !== '%') {
      literal += character;
    }
    afterPercent = !afterPercent && character === '%';
  }
  if (literal !== '') pieces.push(literal);
  return pieces;
}

function staticPrefixOf([first, second]: readonly Piece[]): string {
  if (typeof first !== 'string' || second === undefined) return '';
  return first.slice(0, Math.max(0, first.lastIndexOf('/')));
}

function appendEach(
  paths: readonly string[],
  piece: Piece,
  snapshot: Snapshot,
  formattedTime: string,
): readonly string[] {
  const value = typeof piece === 'string' ? piece : piece(snapshot, formattedTime);
  if (typeof value === 'string') return paths.map((path) => path + value);
  return value.flatMap((one) => paths.map((path) => path + one));
}

/** restic makes names of tags only where there are several: a lone tag may make folders by its slashes. */
function tagNames(tags: readonly string[]): readonly string[] {
  return tags.length === 1 ? tags : tags.map(nameOfTag);
}

function nameOfTag(tag: string): string {
  if (tag === '' || tag === '.') return '_';
  if (tag === '..') return '__';
  return tag.replaceAll('/', '_');
}
