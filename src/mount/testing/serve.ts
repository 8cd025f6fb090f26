/**
 * A program that mounts a small memory view where its argument says and prints what happens to it, one JSON
 * line each, for tests that need a driver in a process or for a user of its own. The driver's name comes first,
 * `allow-other` may follow.
 */

import { MountError } from '../errors.ts';
import { createFuseNativeDriver } from '../fuse-native/driver.ts';
import { createLinuxDriver } from '../linux/driver.ts';
import { file, folder, memoryView, stuckContent, symlink } from './memory-view.ts';

const [, , driverName, path = '', more] = process.argv;
await main(
  driverName === 'fuse-native' ? createFuseNativeDriver : createLinuxDriver,
  path,
  more === 'allow-other',
);

async function main(
  create: typeof createLinuxDriver,
  mountpoint: string,
  allowOther: boolean,
): Promise<void> {
  const reporter = { warn: say('warn'), note: say('note'), detail: say('detail'), progress: () => {} };
  const options = { mountpoint, source: 'snapmount:a,b', allowOther, defaultPermissions: true };
  const view = memoryView(
    folder({ hello: file('hello\n'), link: symlink('hello'), stuck: file(stuckContent(10)) }),
  );
  try {
    const driver = create({ reporter });
    const mounted = await driver.mount(view, options, new AbortController().signal);
    // SIGTERM unmounts, SIGINT ends the connection whoever uses it.
    process.on('SIGTERM', () => {
      mounted.unmount({ detach: false }).catch((problem: Error) => say('refused')(problem.message));
    });
    process.on('SIGINT', () => mounted.abort());
    say('mounted')(String(process.getuid?.()));
    await mounted.closed;
    say('closed')('');
  } catch (problem) {
    if (!(problem instanceof MountError)) throw problem;
    say(problem.code)(problem.message);
    process.exitCode = 1;
  }
  // As a command does that has ended its work: nothing of the driver may hold it up.
  process.exit();
}

function say(event: string): (text: string) => void {
  return (text) => process.stdout.write(`${JSON.stringify({ event, text })}\n`);
}
