import { describe, expect, test } from 'vitest';
import { RepositoryError } from '../../repo/errors.ts';
import { MemoryReporter } from '../../repo/testing/memory-reporter.ts';
import { DamageReports } from './damage.ts';
import { locationIn, ROOT_LOCATION } from './location.ts';
import { never } from './testing/list-names.ts';

const FILE = locationIn(locationIn(ROOT_LOCATION, Buffer.from('folder')), Buffer.from('f\xff', 'latin1'));
const BROKEN = new RepositoryError('damaged', 'Blob 12 in pack 34 is not authentic');

describe('DamageReports', () => {
  test('makes EIO of a repository error and names the path and what is broken', () => {
    const reporter = new MemoryReporter();
    const error = new DamageReports(reporter).toFsError(BROKEN, FILE, never);
    expect(error).toMatchObject({ name: 'FsError', code: 'EIO', cause: BROKEN });
    expect(reporter.warnings).toEqual(['Cannot read "/folder/f\\xff": Blob 12 in pack 34 is not authentic']);
  });

  test('leaves an abort an abort', () => {
    const reporter = new MemoryReporter();
    const reason = new Error('gone');
    expect(new DamageReports(reporter).toFsError(BROKEN, FILE, AbortSignal.abort(reason))).toBe(reason);
    expect(reporter.warnings).toEqual([]);
  });

  test('tells a line once, and remembers a bounded number of them', () => {
    const reporter = new MemoryReporter();
    const damage = new DamageReports(reporter);
    for (let line = 0; line < 5000; line++) damage.tell(`line ${line}`);
    damage.tell('line 4999');
    expect(reporter.warnings).toHaveLength(5000);
    damage.tell('line 0');
    expect(reporter.warnings).toHaveLength(5001);
  });
});
