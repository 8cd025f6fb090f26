// Adds up vitest's JSON reports: count-tests.mjs DIR prints `N passed, N failed, N skipped`. A report that is not
// there, or a file of tests that did not load, counts as one failure: neither may look like success.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const reports = ['unit.json', 'integration.json'].map((name) => join(process.argv[2], name));
const total = { passed: 0, failed: 0, skipped: 0 };

for (const report of reports) {
  if (existsSync(report)) add(JSON.parse(readFileSync(report, 'utf8')));
  else total.failed++;
}
process.stdout.write(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
process.exitCode = total.failed > 0 ? 1 : 0;

function add(report) {
  total.passed += report.numPassedTests;
  total.skipped += report.numPendingTests + report.numTodoTests;
  total.failed += report.numFailedTests + report.testResults.filter(failedAsAWhole).length;
}

function failedAsAWhole({ status, assertionResults }) {
  return status === 'failed' && !assertionResults.some((test) => test.status === 'failed');
}
