/**
 * Times as text after a layout of Go's time.Format, which restic's --time-template is: the layout shows how
 * "Mon Jan 2 15:04:05.999 MST 2006" (-0700) is to look. Pure; knows no time zone but the one recorded with a time.
 */

import type { Timestamp } from '../../../repo/repository.ts';

/** Formats times after one layout. */
export type TimeFormat = (time: Timestamp) => string;

/**
 * Reads a layout once. Characters that stand for nothing are kept as they are; no layout is invalid.
 *
 * `MST` gives `UTC` where the offset is zero and the offset as `-0700` elsewhere: abbreviations of zones are not
 * recorded. (Go prints one where the offset happens to be that of the machine's own zone.)
 *
 * Facts: https://pkg.go.dev/time#pkg-constants
 */
export function compileTimeLayout(layout: string): TimeFormat {
  const pieces: Piece[] = [];
  let literalStart = 0;
  let at = 0;
  while (at < layout.length) {
    const verb = verbAt(layout, at);
    if (verb === undefined) {
      at++;
      continue;
    }
    const literal = layout.slice(literalStart, at + verb.literal);
    if (literal !== '') pieces.push(() => literal);
    pieces.push(verb.piece);
    at += verb.length;
    literalStart = at;
  }
  const tail = layout.slice(literalStart);
  if (tail !== '') pieces.push(() => tail);
  return (time) => {
    const moment = toMoment(time);
    return pieces.map((piece) => piece(moment)).join('');
  };
}

interface Moment {
  readonly wall: Date;
  readonly nanoseconds: number;
  readonly offsetSeconds: number;
}

type Piece = (moment: Moment) => string;

interface Verb {
  /** Characters of the layout, from the verb's start, that are used up. */
  readonly length: number;
  /** How many of them stand for themselves, in front of the piece. */
  readonly literal: number;
  readonly piece: Piece;
}

/** The recorded wall clock, read with the UTC methods of Date. */
function toMoment({ seconds, nanoseconds, offsetSeconds }: Timestamp): Moment {
  return { wall: new Date((seconds + offsetSeconds) * 1000), nanoseconds, offsetSeconds };
}

function verbAt(layout: string, at: number): Verb | undefined {
  // An underscore before a year is an underscore, although `_2` is a verb.
  if (layout.startsWith('_2006', at)) return { length: 5, literal: 1, piece: VERBS['2006']! };
  for (const verb of VERBS_BY_FIRST.get(layout.charAt(at)) ?? []) {
    if (!layout.startsWith(verb, at)) continue;
    // "Jan" and "Mon" at the start of another word stand for themselves: "Month".
    if (SHORT_NAMES.has(verb) && /^[a-z]/.test(layout.slice(at + verb.length))) continue;
    return { length: verb.length, literal: 0, piece: VERBS[verb]! };
  }
  return fractionAt(layout, at);
}

/** `.000` or `,000`: that many digits of the second; with nines, trailing zeroes and a lone separator go. */
function fractionAt(layout: string, at: number): Verb | undefined {
  const text = /^[.,](0+|9+)(?![0-9])/.exec(layout.slice(at))?.[0];
  if (text === undefined) return undefined;
  const digits = Math.min(text.length - 1, 9);
  const trim = text.endsWith('9');
  return {
    length: text.length,
    literal: 0,
    piece: (moment) => fraction(moment, text.charAt(0), digits, trim),
  };
}

function fraction({ nanoseconds }: Moment, separator: string, digits: number, trim: boolean): string {
  const shown = String(nanoseconds).padStart(9, '0').slice(0, digits);
  if (!trim) return separator + shown;
  const significant = shown.replace(/0+$/, '');
  return significant === '' ? '' : separator + significant;
}

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const SHORT_NAMES: ReadonlySet<string> = new Set(['Jan', 'Mon']);
const DAY_MS = 86_400_000;

const month = ({ wall }: Moment) => wall.getUTCMonth() + 1;
const monthName = ({ wall }: Moment) => MONTHS[wall.getUTCMonth()]!;
const weekdayName = ({ wall }: Moment) => WEEKDAYS[wall.getUTCDay()]!;
const day = ({ wall }: Moment) => wall.getUTCDate();
const hour = ({ wall }: Moment) => wall.getUTCHours();
const hour12 = ({ wall }: Moment) => wall.getUTCHours() % 12 || 12;
const minute = ({ wall }: Moment) => wall.getUTCMinutes();
const second = ({ wall }: Moment) => wall.getUTCSeconds();
const year = ({ wall }: Moment) => wall.getUTCFullYear();

/** 1 to 366. */
function yearDay({ wall }: Moment): number {
  const newYear = new Date(wall);
  newYear.setUTCMonth(0, 1);
  return Math.round((wall.getTime() - newYear.getTime()) / DAY_MS) + 1;
}

/** Hours, minutes and seconds east of UTC; `parts` says how many of them. */
function offset({ offsetSeconds }: Moment, parts: 1 | 2 | 3, separator: '' | ':'): string {
  const total = Math.abs(offsetSeconds);
  // Go cuts to whole minutes before it looks at the sign.
  const sign = Math.trunc(offsetSeconds / 60) < 0 ? '-' : '+';
  const all = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  return sign + all.slice(0, parts).map(twoDigits).join(separator);
}

function offsetOrZ(moment: Moment, parts: 1 | 2 | 3, separator: '' | ':'): string {
  return moment.offsetSeconds === 0 ? 'Z' : offset(moment, parts, separator);
}

function zone(moment: Moment): string {
  return moment.offsetSeconds === 0 ? 'UTC' : offset(moment, 2, '');
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

/** Where one verb starts another, the longer stands first. */
const VERBS: Readonly<Record<string, Piece>> = {
  January: monthName,
  Jan: (moment) => monthName(moment).slice(0, 3),
  Monday: weekdayName,
  Mon: (moment) => weekdayName(moment).slice(0, 3),
  MST: zone,
  '002': (moment) => String(yearDay(moment)).padStart(3, '0'),
  '01': (moment) => twoDigits(month(moment)),
  '02': (moment) => twoDigits(day(moment)),
  '03': (moment) => twoDigits(hour12(moment)),
  '04': (moment) => twoDigits(minute(moment)),
  '05': (moment) => twoDigits(second(moment)),
  '06': (moment) => twoDigits(year(moment) % 100),
  '15': (moment) => twoDigits(hour(moment)),
  '2006': (moment) => String(year(moment)).padStart(4, '0'),
  __2: (moment) => String(yearDay(moment)).padStart(3),
  _2: (moment) => String(day(moment)).padStart(2),
  '1': (moment) => String(month(moment)),
  '2': (moment) => String(day(moment)),
  '3': (moment) => String(hour12(moment)),
  '4': (moment) => String(minute(moment)),
  '5': (moment) => String(second(moment)),
  PM: (moment) => (hour(moment) >= 12 ? 'PM' : 'AM'),
  pm: (moment) => (hour(moment) >= 12 ? 'pm' : 'am'),
  '-070000': (moment) => offset(moment, 3, ''),
  '-07:00:00': (moment) => offset(moment, 3, ':'),
  '-0700': (moment) => offset(moment, 2, ''),
  '-07:00': (moment) => offset(moment, 2, ':'),
  '-07': (moment) => offset(moment, 1, ''),
  Z070000: (moment) => offsetOrZ(moment, 3, ''),
  'Z07:00:00': (moment) => offsetOrZ(moment, 3, ':'),
  Z0700: (moment) => offsetOrZ(moment, 2, ''),
  'Z07:00': (moment) => offsetOrZ(moment, 2, ':'),
  Z07: (moment) => offsetOrZ(moment, 1, ''),
};

/** Longest first: an object keeps keys like '15' in numeric order, whatever order they are written in. */
const VERBS_BY_FIRST: ReadonlyMap<string, readonly string[]> = groupByFirst(
  Object.keys(VERBS).sort((a, b) => b.length - a.length),
);

function groupByFirst(verbs: readonly string[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const verb of verbs) {
    const group = groups.get(verb.charAt(0)) ?? [];
    group.push(verb);
    groups.set(verb.charAt(0), group);
  }
  return groups;
}
