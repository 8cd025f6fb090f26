/**
 * Mounts a view in a process of its own, for tests that need the driver on Windows. Says what happens over a connection
 * to a port, one JSON line each, and does what it is told there: `unmount`, `detach`, `abort`, `users`. Standard output is no way
 * under Wine, where Node dies of a pipe.
 */

import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import type { Reporter } from '../../../report.ts';
import type { Mounted } from '../../driver.ts';
import { MountError } from '../../errors.ts';
import type { View } from '../../node.ts';
import { createWinFspDriver } from '../driver.ts';

export interface ServeArguments {
  readonly mountpoint: string;
  readonly port: number;
  /** Links of Windows lead to the drives of the machine. */
  readonly leavesVolume: boolean;
  /** How often it mounts, one time after the other. */
  readonly times: number;
}

/** Ends the process when the last mount has ended. */
export async function serveView(
  { mountpoint, port, leavesVolume, times }: ServeArguments,
  makeView: (reporter: Reporter) => Promise<View> | View,
): Promise<never> {
  const control = connect(port, '127.0.0.1');
  await once(control, 'connect');
  let mounted: Mounted | undefined;
  createInterface(control).on('line', (line) => {
    if (line === 'abort') mounted?.abort();
    else if (line === 'users') void tellUsers();
    else unmount(line === 'detach');
  });
  const tellUsers = async () => {
    say('users')(JSON.stringify({ own: process.pid, users: await mounted?.users() }));
  };
  const unmount = (detach: boolean) => {
    mounted?.unmount({ detach }).catch((problem: Error) => say('refused')(problem.message));
  };
  const say = (event: string) => (text: string) => void control.write(`${JSON.stringify({ event, text })}\n`);
  const reporter = { warn: say('warn'), note: say('note'), detail: say('detail'), progress: () => {} };
  const driver = createWinFspDriver({ reporter, leavesVolume });
  const options = { mountpoint, source: 'snapmount:sample', allowOther: false, defaultPermissions: true };
  try {
    for (let count = 0; count < times; count++) {
      mounted = await driver.mount(await makeView(reporter), options, new AbortController().signal);
      say('mounted')(mounted.mountpoint);
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
