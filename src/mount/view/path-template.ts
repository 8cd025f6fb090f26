/**
 * Path templates: where in the mount a snapshot stands, as restic's --path-template says it. Pure text: whether
 * the results are usable as names is not decided here.
 */

import type { Snapshot } from '../../repo/repository.ts';

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
 * for itself. A snapshot without tags has no path after a template with `%t`.
 */
export function expandTemplate(
  template: string,
  snapshot: Snapshot,
  formattedTime: string,
): ExpandedTemplate {
  const verbs = parse(template);
  const timeSuffix = verbs.at(-1) === VERB_TIME ? formattedTime : '';
  if (timeSuffix !== '') verbs.pop();
  let paths = [''];
  for (const verb of verbs) {
    const values = valuesOf(verb, snapshot, formattedTime);
    paths = values.flatMap((value) => paths.map((path) => path + value));
  }
  return { paths, timeSuffix };
}

/**
 * The folders at a template's start that do not depend on the snapshot: shown even when there is none.
 * Empty if the template has no verb at all.
 */
export function staticPrefix(template: string): string {
  const pieces = parse(template);
  const firstVerb = pieces.findIndex((piece) => typeof piece !== 'string');
  if (firstVerb === -1) return '';
  const fixed = pieces.slice(0, firstVerb).join('');
  return fixed.slice(0, Math.max(0, fixed.lastIndexOf('/')));
}

interface Verb {
  values(snapshot: Snapshot, formattedTime: string): readonly string[];
}

const VERB_TIME: Verb = { values: (_, formattedTime) => [formattedTime] };
const VERBS: ReadonlyMap<string, Verb> = new Map([
  ['T', VERB_TIME],
  ['i', { values: (snapshot: Snapshot) => [snapshot.id.slice(0, 8)] }],
  ['I', { values: (snapshot: Snapshot) => [snapshot.id] }],
  ['u', { values: (snapshot: Snapshot) => [snapshot.username] }],
  ['h', { values: (snapshot: Snapshot) => [snapshot.hostname] }],
  ['t', { values: (snapshot: Snapshot) => tagNames(snapshot.tags) }],
]);

function parse(template: string): (string | Verb)[] {
  const pieces: (string | Verb)[] = [];
  let afterPercent = false;
  for (const character of template) {
    if (!afterPercent && character === '%') {
      afterPercent = true;
      continue;
    }
    pieces.push((afterPercent ? VERBS.get(character) : undefined) ?? character);
    afterPercent = false;
  }
  return pieces;
}

function valuesOf(piece: string | Verb, snapshot: Snapshot, formattedTime: string): readonly string[] {
  return typeof piece === 'string' ? [piece] : piece.values(snapshot, formattedTime);
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
