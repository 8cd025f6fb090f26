/** Which driver serves a mount: what people choose by --driver, and what a system has. */

import type { MountDriver } from '../../mount/driver.ts';
import type { Reporter } from '../../report.ts';
import { CommandError } from '../errors.ts';

export const DRIVER_CHOICES = ['auto', 'fuse', 'fuse-native'] as const;

export type DriverChoice = (typeof DRIVER_CHOICES)[number];

type DriverName = Exclude<DriverChoice, 'auto'>;

/** Those that a system has, the one for `auto` first. */
const DRIVERS_OF: Readonly<Partial<Record<NodeJS.Platform, readonly DriverName[]>>> = {
  linux: ['fuse', 'fuse-native'],
  darwin: ['fuse-native'],
};

/** Throws CommandError. */
export function parseDriver(text = 'auto'): DriverChoice {
  const choice = DRIVER_CHOICES.find((known) => known === text);
  if (choice !== undefined) return choice;
  const names = DRIVER_CHOICES.map((known) => `"${known}"`).join(', ');
  throw new CommandError(`Value "${text}" for --driver is unknown: give one of ${names}`);
}

/** Throws CommandError for what the system does not have. */
export function driverFor(choice: DriverChoice, platform: NodeJS.Platform): DriverName {
  const names = DRIVERS_OF[platform];
  if (names === undefined) {
    throw new CommandError(`Mounting is not supported on ${platform} yet: use \`ls\` and \`cat\` there`);
  }
  const name = choice === 'auto' ? names[0] : names.find((known) => known === choice);
  if (name !== undefined) return name;
  throw new CommandError(
    `The driver "${choice}" is not for ${platform}: give ${names.map((known) => `"${known}"`).join(' or ')}`,
  );
}

/** Loads only the driver that is chosen. Rejects with CommandError, or MountError `unavailable`. */
export async function createDriver(choice: DriverChoice, reporter: Reporter): Promise<MountDriver> {
  if (driverFor(choice, process.platform) === 'fuse') {
    const { createLinuxDriver } = await import('../../mount/linux/driver.ts');
    return createLinuxDriver({ reporter });
  }
  const { createFuseNativeDriver } = await import('../../mount/fuse-native/driver.ts');
  return createFuseNativeDriver({ reporter });
}
