import { describe, expect, test } from 'vitest';
import { ageText, decodeLock, describeLock, encodeLock } from './lock-file.ts';

const lock = {
  time: Date.parse('2026-11-20T09:12:03Z'),
  exclusive: false,
  hostname: 'kasimir',
  username: 'fd0',
  pid: 13_607,
  uid: 1000,
  gid: 100,
  program: 'snapmount',
  process: 'boot/pid:[4026531836]/1234',
};

function decoded(change: Record<string, unknown>) {
  return decodeLock(Buffer.from(JSON.stringify({ ...lock, time: '2026-11-20T09:12:03Z', ...change })));
}

describe('A lock file', () => {
  test('is read as it was written', () => {
    expect(decodeLock(encodeLock(lock))).toEqual(lock);
  });

  test("is read as restic's, without what restic leaves out", () => {
    const json =
      '{"time":"2026-11-20T10:12:03.123456789+01:00","hostname":"kasimir","username":"fd0","pid":1}';
    expect(decodeLock(Buffer.from(json))).toEqual({
      time: Date.parse('2026-11-20T09:12:03.123Z'),
      exclusive: false,
      hostname: 'kasimir',
      username: 'fd0',
      pid: 1,
      uid: 0,
      gid: 0,
    });
  });

  test('is not damaged by fields of others that have the names of ours', () => {
    const { program, process, ...rest } = lock;
    expect(decoded({ program: 7, process: ['x'] })).toEqual(rest);
  });

  test.each<[Record<string, unknown>, string]>([
    [{ time: 'yesterday' }, 'its time cannot be read'],
    [{ hostname: 1 }, 'its hostname is not a text'],
    [{ pid: 1.5 }, 'its pid is not a number'],
    [{ uid: 'root' }, 'its uid is not a number'],
  ])('with %j is refused: %s', (change, why) => {
    expect(() => decoded(change)).toThrow(`Not a lock file: ${why}`);
  });

  test.each(['', '[', '7', 'null'])('that holds %j is refused', (json) => {
    expect(() => decodeLock(Buffer.from(json))).toThrow('Not a lock file');
  });
});

test('describeLock says who holds it and since when', () => {
  expect(describeLock(lock, lock.time + 4 * 60_000)).toBe(
    'PID 13607 on kasimir by fd0, since 2026-11-20 09:12:03 UTC (4 minutes ago)',
  );
  expect(describeLock({ ...lock, username: '' }, lock.time)).toMatch(/^PID 13607 on kasimir, since/);
});

test.each([
  [-5, '0 seconds'],
  [0.5, '30 seconds'],
  [1, '1 minute'],
  [119, '119 minutes'],
  [180, '3 hours'],
  [60 * 47, '47 hours'],
  [60 * 72, '3 days'],
])('ageText of %d minutes is %s', (minutes, text) => {
  expect(ageText(minutes * 60_000)).toBe(text);
});
