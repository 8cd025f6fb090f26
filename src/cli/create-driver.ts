/** Chooses the driver for this operating system, and loads only that one. */

import type { MountDriver } from '../mount/driver.ts';
import type { Reporter } from '../report.ts';
import { CommandError } from './errors.ts';

export async function createDriver(reporter: Reporter): Promise<MountDriver> {
  if (process.platform !== 'linux') {
    throw new CommandError(
      `Mounting is not supported on ${process.platform} yet: use \`ls\` and \`cat\` there`,
    );
  }
  const { createLinuxDriver } = await import('../mount/linux/driver.ts');
  return createLinuxDriver({ reporter });
}
