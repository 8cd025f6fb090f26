/** A thousand lives of a lock in a real local repository, with a storage that is slow and fails now and then. */

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectFolder, smallRepository } from './support/fixtures.ts';
import { locksIn } from './support/mount.ts';
import { needs } from './support/require-tool.ts';
import { PASSWORD, systemRestic } from './support/restic.ts';
import { run } from './support/run.ts';

const program = join(projectFolder, 'test-integration', 'programs', 'lock-cycles.mjs');
const CYCLES = 1000;
/** For a machine that is busy with other things: it takes some 20 seconds. */
const TIME_LIMIT_SECONDS = 110;

test(
  '1,000 lives of a lock leave no file, no call, no rejection and no timer behind',
  needs('restic', 'timeout'),
  async () => {
    const repository = await smallRepository(systemRestic());
    const line = [String(TIME_LIMIT_SECONDS), process.execPath, program, repository, String(CYCLES)];
    const { code, stdout, stderr } = await run('timeout', line, { env: { RESTIC_PASSWORD: PASSWORD } });
    // The time limit ends it with 124; it never ends itself by force.
    expect(code, `${stdout}${stderr}`).toBe(0);
    const counts = JSON.parse(stdout);
    expect(counts, stdout).toMatchObject({
      cycles: CYCLES,
      locksLeft: 0,
      callsAfterStop: 0,
      stopsRejected: 0,
      unhandledRejections: 0,
      timersAlive: 0,
    });
    // What they were made to go through.
    for (const happened of ['refreshed', 'startsRejected', 'lost'])
      expect(counts[happened], stdout).toBeGreaterThan(0);
    expect(locksIn(repository)).toEqual([]);
  },
);
