/** Runs the counter on reports as vitest writes them. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const script = join(import.meta.dirname, 'lib', 'count-tests.mjs');
const good = { numPassedTests: 5, numFailedTests: 0, numPendingTests: 2, numTodoTests: 1, testResults: [] };

describe('count-tests', () => {
  test('adds up what both reports say', () => {
    expect(count({ unit: good, integration: good })).toEqual({
      status: 0,
      line: '10 passed, 0 failed, 6 skipped\n',
    });
  });

  test('fails when a test failed', () => {
    const failed = {
      ...good,
      numFailedTests: 2,
      testResults: [file('failed', 'failed'), file('passed', 'passed')],
    };
    expect(count({ unit: good, integration: failed })).toEqual({
      status: 1,
      line: '10 passed, 2 failed, 6 skipped\n',
    });
  });

  test('counts a file that did not load as a failure', () => {
    const broken = { ...good, testResults: [{ status: 'failed', assertionResults: [] }] };
    expect(count({ unit: broken, integration: good }).line).toBe('10 passed, 1 failed, 6 skipped\n');
  });

  test('counts a missing report as a failure', () => {
    expect(count({ unit: good })).toEqual({ status: 1, line: '5 passed, 1 failed, 3 skipped\n' });
  });
});

function file(status: string, testStatus: string) {
  return { status, assertionResults: [{ status: testStatus }] };
}

function count(reports: Record<string, object>): { status: number | null; line: string } {
  const folder = mkdtempSync(join(tmpdir(), 'count-tests-'));
  try {
    for (const [name, report] of Object.entries(reports)) {
      writeFileSync(join(folder, `${name}.json`), JSON.stringify(report));
    }
    const { status, stdout } = spawnSync(process.execPath, [script, folder], { encoding: 'utf8' });
    return { status, line: stdout };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
