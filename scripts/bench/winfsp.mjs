#!/usr/bin/env node
/**
 * Measures `snapmount mount` in Node for Windows under Wine, through the tests' stand-in for WinFsp's DLL, on the data of
 * scripts/bench/run: what a request costs, with 1 and with 8 programs that ask, and what this Node decodes with. Needs
 * `npm run build`, and what scripts/windows-tools makes. Of Windows itself it says nothing.
 *
 *   node scripts/bench/winfsp.mjs [--size small|full] [--json]
 */

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startVitest } from 'vitest/node';
import { prepareData } from './data/prepare.mjs';
import { PASSWORD } from './data/repository.mjs';
import { say } from './progress.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

const { values } = parseArgs({
  options: { size: { type: 'string', default: 'full' }, json: { type: 'boolean', default: false } },
});

const result = await measure(prepareData(values.size, say));
process.stdout.write(values.json ? `${JSON.stringify(result, undefined, 2)}\n` : format(result));

/** What measures uses the tests' own tools for Wine, which work only where vitest runs them. */
async function measure({ repository, amounts }) {
  const folder = mkdtempSync(join(tmpdir(), 'snapmount-bench-'));
  const resultFile = join(folder, 'result.json');
  const bench = { folder, resultFile, repository: repository.path, password: PASSWORD, bytes: amounts.noise };
  try {
    const vitest = await startVitest('test', [], {
      config: false,
      root,
      include: ['scripts/bench/winfsp/measure.ts'],
      watch: false,
      testTimeout: 0,
      reporters: [{ onTestCaseResult: tellFailures }],
      provide: { bench },
    });
    await vitest.close();
    if (!existsSync(resultFile)) throw new Error('Nothing was measured');
    return JSON.parse(readFileSync(resultFile, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function tellFailures(test) {
  for (const { stack, message } of test.result().errors ?? []) say(stack ?? message);
}

function format({ node, wine, rows, decoding }) {
  const lines = [
    `Node ${node} for Windows under ${wine}, through the stand-in; microseconds`,
    '',
    line('', 'programs', 'a request', 'driver', 'process', 'MB/s'),
    ...rows.map(
      ({ name, clients, microseconds, driverMicroseconds, processMicroseconds, megabytesPerSecond }) =>
        line(name, clients, microseconds, driverMicroseconds, processMicroseconds, megabytesPerSecond ?? ''),
    ),
    '',
    'Decoding there             with            MB/s',
    ...decoding.map(({ step, implementation, megabytesPerSecond }) =>
      [step.padEnd(27), implementation.padEnd(12), `${megabytesPerSecond}`.padStart(8)].join(''),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function line(name, ...columns) {
  return `${name.padEnd(20)}${columns.map((column) => `${column}`.padStart(11)).join('')}`;
}
