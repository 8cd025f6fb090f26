import { describe, expect, test } from 'vitest';
import { type MutableTimestamp, parseRfc3339 } from './rfc3339.ts';

function parse(text: string): [seconds: number, nanoseconds: number, offset: number] | undefined {
  const bytes = new TextEncoder().encode(`xx${text}99`);
  const time: MutableTimestamp = { seconds: 7, nanoseconds: 7, offsetSeconds: 7 };
  if (!parseRfc3339(bytes, 2, bytes.length - 2, time)) return undefined;
  return [time.seconds, time.nanoseconds, time.offsetSeconds];
}

describe('parseRfc3339', () => {
  test.each<[string, number, number, number]>([
    ['1970-01-01T00:00:00Z', 0, 0, 0],
    ['1970-01-01T00:00:00.000000001Z', 0, 1, 0],
    ['1969-12-31T23:59:59.999999999Z', -1, 999_999_999, 0],
    ['2026-11-20T08:54:22.22894301Z', 1795164862, 228_943_010, 0],
    ['2026-11-20T08:54:22.5-08:30', 1795195462, 500_000_000, -30_600],
    ['2026-11-20T08:54:22+14:00', 1795114462, 0, 50_400],
    ['2000-02-29T12:00:00-00:00', 951825600, 0, 0],
    ['0001-01-01T00:00:00Z', -62135596800, 0, 0],
    ['0000-01-01T00:00:00Z', -62167219200, 0, 0],
    ['9999-12-31T23:59:59.9Z', 253402300799, 900_000_000, 0],
    ['1970-01-01T00:00:00.1234567899Z', 0, 123_456_789, 0],
  ])('reads %s', (text, seconds, nanoseconds, offset) => {
    expect(parse(text)).toEqual([seconds, nanoseconds, offset]);
  });

  test('agrees with Date on the first and last day of every month of the years 0000 to 9999', () => {
    for (let year = 0; year <= 9999; year += year % 100 > 90 ? 1 : 7) {
      for (let month = 1; month <= 12; month++) {
        const last = new Date(Date.UTC(2000, month, 0));
        last.setUTCFullYear(year, month, 0);
        for (const day of [1, last.getUTCDate()]) {
          const text = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T01:02:03Z`;
          expect(parse(text)?.[0]).toBe(Date.parse(text) / 1000);
        }
        expect(
          parse(`${String(year).padStart(4, '0')}-${two(month)}-${two(last.getUTCDate() + 1)}T00:00:00Z`),
        ).toBeUndefined();
      }
    }
  });

  test.each([
    '',
    '1970-01-01',
    '1970-01-01T00:00:00',
    '1970-01-01 00:00:00Z',
    '1970-01-01t00:00:00Z',
    '1970-01-01T00:00:00z',
    '1970-00-01T00:00:00Z',
    '1970-13-01T00:00:00Z',
    '1970-01-00T00:00:00Z',
    '1970-01-32T00:00:00Z',
    '1970-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '1970-04-31T00:00:00Z',
    '1970-01-01T24:00:00Z',
    '1970-01-01T00:60:00Z',
    '1970-01-01T00:00:60Z',
    '1970-01-01T00:00:00.Z',
    '1970-01-01T00:00:00,5Z',
    '1970-01-01T00:00:00.5',
    '1970-01-01T00:00:00+0100',
    '1970-01-01T00:00:00+01',
    '1970-01-01T00:00:00+24:00',
    '1970-01-01T00:00:00+01:60',
    '1970-01-01T00:00:00ZZ',
    '1970-01-01T00:00:00.5Z ',
    '197x-01-01T00:00:00Z',
    '-970-01-01T00:00:00Z',
    '1970-1-01T00:00:00.0Z',
    '12026-01-01T00:00:00Z',
  ])('refuses %j', (text) => {
    expect(parse(text)).toBeUndefined();
  });
});

function two(number: number): string {
  return String(number).padStart(2, '0');
}
