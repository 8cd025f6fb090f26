import { describe, expect, test } from 'vitest';
import type { Timestamp } from '../../../repo/repository.ts';
import { compileTimeLayout } from './time-format.ts';

function at(iso: string, nanoseconds = 0, offsetSeconds = 0): Timestamp {
  return { seconds: Date.parse(`${iso}Z`) / 1000 - offsetSeconds, nanoseconds, offsetSeconds };
}

const EVENING = at('2021-01-05T16:07:09', 120_300_000);
const MIDNIGHT = at('2020-12-31T00:00:01');
const KOLKATA = at('2021-06-09T03:04:05', 0, 19_800);
const NEWFOUNDLAND = at('2021-11-09T12:04:05', 0, -12_600);
const AMSTERDAM_1930 = at('1930-02-03T04:05:06', 0, 1172);

describe('compileTimeLayout formats', () => {
  test.each<[string, Timestamp, string]>([
    ['2006-01-02T15:04:05Z07:00', EVENING, '2021-01-05T16:07:09Z'],
    ['2006-01-02T15:04:05Z07:00', KOLKATA, '2021-06-09T03:04:05+05:30'],
    ['2006-01-02_15-04-05', EVENING, '2021-01-05_16-07-09'],
    ['06 2006', at('0907-01-01T00:00:00'), '07 0907'],
    ['1 01 Jan January', KOLKATA, '6 06 Jun June'],
    ['1|2|3|4|5', EVENING, '1|5|4|7|9'],
    ['2 _2 02 002 __2', EVENING, '5  5 05 005   5'],
    ['002 __2', MIDNIGHT, '366 366'],
    ['15 3 03 PM pm', EVENING, '16 4 04 PM pm'],
    ['15 3 03 PM pm', MIDNIGHT, '00 12 12 AM am'],
    ['3PM', NEWFOUNDLAND, '12PM'],
    ['4 04 5 05', EVENING, '7 07 9 09'],
    ['Mon Monday', EVENING, 'Tue Tuesday'],
    ['Mon Monday', MIDNIGHT, 'Thu Thursday'],
  ])('%j', (layout, time, expected) => {
    expect(compileTimeLayout(layout)(time)).toBe(expected);
  });
});

describe('compileTimeLayout shows offsets', () => {
  test.each<[string, string, string, string, string]>([
    ['-07', '+00', '+05', '-03', '+00'],
    ['-0700', '+0000', '+0530', '-0330', '+0019'],
    ['-07:00', '+00:00', '+05:30', '-03:30', '+00:19'],
    ['-070000', '+000000', '+053000', '-033000', '+001932'],
    ['-07:00:00', '+00:00:00', '+05:30:00', '-03:30:00', '+00:19:32'],
    ['Z07', 'Z', '+05', '-03', '+00'],
    ['Z0700', 'Z', '+0530', '-0330', '+0019'],
    ['Z07:00', 'Z', '+05:30', '-03:30', '+00:19'],
    ['Z070000', 'Z', '+053000', '-033000', '+001932'],
    ['Z07:00:00', 'Z', '+05:30:00', '-03:30:00', '+00:19:32'],
    ['MST', 'UTC', '+0530', '-0330', '+0019'],
  ])('%s', (layout, ...expected) => {
    const format = compileTimeLayout(layout);
    expect([EVENING, KOLKATA, NEWFOUNDLAND, AMSTERDAM_1930].map(format)).toEqual(expected);
  });
});

describe('compileTimeLayout shows fractions of a second', () => {
  test.each<[string, string, string]>([
    ['05.000', '09.120', '01.000'],
    ['05,000', '09,120', '01,000'],
    ['05.000000000', '09.120300000', '01.000000000'],
    ['05.000000000000', '09.120300000', '01.000000000'],
    ['05.0', '09.1', '01.0'],
    ['05.999', '09.12', '01'],
    ['05,999999', '09,1203', '01'],
    ['05.9', '09.1', '01'],
    ['.000 .999', '.120 .12', '.000 '],
    // Not fractions: the digits go on, or are mixed, or are none.
    ['.0001', '.0001', '.0012'],
    ['.09', '.09', '.09'],
    ['.', '.', '.'],
  ])('%s', (layout, evening, midnight) => {
    const format = compileTimeLayout(layout);
    expect([format(EVENING), format(MIDNIGHT)]).toEqual([evening, midnight]);
  });
});

describe('compileTimeLayout keeps what stands for nothing', () => {
  test.each<[string, string]>([
    ['backup of', 'backup of'],
    ['Janx Month', 'Janx Month'],
    ['MonX JanX', 'TueX JanX'],
    ['_2006', '_2021'],
    ['__2006', '  5021'],
    ['Pm pM', 'Pm pM'],
    ['M J Z - _', 'M J Z - _'],
    ['%Y-%m', '%Y-%m'],
    ['Größe 2', 'Größe 5'],
    ['2006/01/02', '2021/01/05'],
    ['20061', '20211'],
  ])('%j', (layout, expected) => {
    expect(compileTimeLayout(layout)(EVENING)).toBe(expected);
  });

  test('an empty layout gives nothing', () => {
    expect(compileTimeLayout('')(EVENING)).toBe('');
  });
});
