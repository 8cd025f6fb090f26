/**
 * A program that mounts the sample view, for tests that need the driver in a Windows process: MOUNTPOINT PORT [LINKS
 * [TIMES]]. Says what happens over a connection to the port, one JSON line each, and does what it is told there:
 * `unmount`, `abort`. Standard output is no way under Wine, where Node dies of a pipe.
 */

import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import type { Mounted } from '../../driver.ts';
import { MountError } from '../../errors.ts';
import { memoryView } from '../../testing/memory-view.ts';
import { createWinFspDriver } from '../driver.ts';
import { sampleRoot } from './sample-view.ts';

const [mountpoint = '*', port = '', links = '', times = '1'] = process.argv.slice(2);
await main();

async function main(): Promise<void> {
  const control = connect(Number(port), '127.0.0.1');
  await once(control, 'connect');
  let mounted: Mounted | undefined;
  createInterface(control).on('line', (line) => {
    if (line === 'abort') mounted?.abort();
    else mounted?.unmount({ detach: false }).catch(() => {});
  });
  const say = (event: string) => (text: string) => void control.write(`${JSON.stringify({ event, text })}\n`);
  const reporter = { warn: say('warn'), note: say('note'), detail: say('detail'), progress: () => {} };
  const driver = createWinFspDriver({ reporter, leavesVolume: links === 'stored' });
  const options = { mountpoint, source: 'snapmount:sample', allowOther: false, defaultPermissions: true };
  try {
    for (let count = 0; count < Number(times); count++) {
      mounted = await driver.mount(memoryView(sampleRoot()), options, new AbortController().signal);
      say('mounted')((mounted as { mountpoint?: string }).mountpoint ?? '');
      await mounted.closed;
      say('closed')('');
    }
  } catch (problem) {
    if (problem instanceof MountError) say(problem.code)(problem.message);
    else say('unexpected')(String((problem as Error).stack));
  }
  control.end();
  await once(control, 'close');
  // As a command does that has ended its work: nothing of the driver may hold it up.
  process.exit();
}
