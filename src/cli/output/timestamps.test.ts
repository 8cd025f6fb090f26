import { expect, test } from 'vitest';
import { localTime, utcTimestamp } from './timestamps.ts';

test.each<[seconds: number, nanoseconds: number, text: string]>([
  [0, 0, '1970-01-01T00:00:00Z'],
  [1_709_281_800, 250_000_000, '2024-03-01T08:30:00.25Z'],
  [1_709_281_800, 1, '2024-03-01T08:30:00.000000001Z'],
  [-1, 0, '1969-12-31T23:59:59Z'],
  [-62_167_219_200, 0, '0000-01-01T00:00:00Z'],
  [1e18, 5, '9999-12-31T23:59:59.000000005Z'],
  [-1e18, 0, '0000-01-01T00:00:00Z'],
])('utcTimestamp writes %d s and %d ns as RFC 3339', (seconds, nanoseconds, text) => {
  expect(utcTimestamp(seconds, nanoseconds)).toBe(text);
});

test('localTime writes the time of this zone, also for times that no calendar has', () => {
  const noon = new Date(2024, 0, 2, 3, 4, 5).getTime() / 1000;
  expect(localTime(noon)).toBe('2024-01-02 03:04:05');
  expect(localTime(1e300)).toMatch(/^(9999|10000)-/);
});
