/**
 * RFC 3339 moments as Go writes them (years 0000 to 9999, up to nanoseconds, any offset), from bytes without making
 * strings, dates or objects: a folder's document holds three an entry.
 */

/** Filled by parseRfc3339(); see Timestamp in ../repository.ts. */
export interface MutableTimestamp {
  seconds: number;
  nanoseconds: number;
  offsetSeconds: number;
}

const ZERO = 0x30;
const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
/** Of a fraction, in nanoseconds. */
const MOST_DIGITS = 9;
const DAY_SECONDS = 86_400;
/** Days from 0000-03-01 to 1970-01-01 in the proleptic Gregorian calendar. */
const EPOCH_DAYS = 719_468;

/** Whether the range is such a moment; fills `into` if so. Digits past the ninth are dropped, as in Go. */
export function parseRfc3339(bytes: Uint8Array, start: number, end: number, into: MutableTimestamp): boolean {
  if (end - start < 20 || !hasSeparators(bytes, start)) return false;
  const year = twoDigits(bytes, start) * 100 + twoDigits(bytes, start + 2);
  const month = twoDigits(bytes, start + 5);
  const day = twoDigits(bytes, start + 8);
  const hour = twoDigits(bytes, start + 11);
  const minute = twoDigits(bytes, start + 14);
  const second = twoDigits(bytes, start + 17);
  if (!(year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month))) return false;
  if (!(hour <= 23 && minute <= 59 && second <= 59)) return false;
  const zone = parseFraction(bytes, start + 19, end, into);
  if (zone < 0 || !parseOffset(bytes, zone, end, into)) return false;
  const local = daysSinceEpoch(year, month, day) * DAY_SECONDS + hour * 3600 + minute * 60 + second;
  into.seconds = local - into.offsetSeconds;
  return true;
}

function hasSeparators(bytes: Uint8Array, start: number): boolean {
  return (
    bytes[start + 4] === MINUS &&
    bytes[start + 7] === MINUS &&
    bytes[start + 10] === 0x54 &&
    bytes[start + 13] === 0x3a &&
    bytes[start + 16] === 0x3a
  );
}

/** Sets the nanoseconds; returns where the offset starts, -1 if there is a point without digits. */
function parseFraction(bytes: Uint8Array, start: number, end: number, into: MutableTimestamp): number {
  into.nanoseconds = 0;
  if (bytes[start] !== POINT) return start;
  const first = start + 1;
  let at = first;
  let nanoseconds = 0;
  for (; at < end && isDigit(bytes[at]!); at++) {
    if (at < first + MOST_DIGITS) nanoseconds = nanoseconds * 10 + bytes[at]! - ZERO;
  }
  if (at === first) return -1;
  for (let digits = at - first; digits < MOST_DIGITS; digits++) nanoseconds *= 10;
  into.nanoseconds = nanoseconds;
  return at;
}

function parseOffset(bytes: Uint8Array, start: number, end: number, into: MutableTimestamp): boolean {
  into.offsetSeconds = 0;
  if (end - start === 1) return bytes[start] === 0x5a;
  const sign = bytes[start];
  if (end - start !== 6 || (sign !== PLUS && sign !== MINUS) || bytes[start + 3] !== 0x3a) return false;
  const hours = twoDigits(bytes, start + 1);
  const minutes = twoDigits(bytes, start + 4);
  if (!(hours <= 23 && minutes <= 59)) return false;
  const seconds = hours * 3600 + minutes * 60;
  into.offsetSeconds = sign === MINUS && seconds > 0 ? -seconds : seconds;
  return true;
}

/** NaN where one is not a digit: no comparison with it holds. */
function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = bytes[at]!;
  const units = bytes[at + 1]!;
  return isDigit(tens) && isDigit(units) ? (tens - ZERO) * 10 + units - ZERO : Number.NaN;
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= ZERO + 9;
}

function daysInMonth(year: number, month: number): number {
  if (month !== 2) return 30 + ((month + (month >> 3)) & 1);
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return leap ? 29 : 28;
}

/** Counts years from March, so that the leap day is a year's last. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const marchYear = month > 2 ? year : year - 1;
  const marchMonth = month > 2 ? month - 3 : month + 9;
  const century = Math.floor(marchYear / 100);
  const leapDays = Math.floor(marchYear / 4) - century + Math.floor(century / 4);
  const dayOfYear = Math.floor((153 * marchMonth + 2) / 5) + day - 1;
  return marchYear * 365 + leapDays + dayOfYear - EPOCH_DAYS;
}
