/** Which driver serves a mount: what people choose by --driver, and what a system has. */

import { userInfo } from 'node:os';
import type { MountDriver } from '../../mount/driver.ts';
import type { LinkOptions } from '../../mount/view/links/link-options.ts';
import { mountPipe } from '../../mount/windows-mounts/mount-pipe.ts';
import type { Reporter } from '../../report.ts';
import { CommandError } from '../errors.ts';

export const DRIVER_CHOICES = ['auto', 'fuse', 'fuse-native', 'winfsp'] as const;

export type DriverChoice = (typeof DRIVER_CHOICES)[number];

type DriverName = Exclude<DriverChoice, 'auto'>;

/** What drivers are told of a mount's settings besides what all of them are. */
export interface DriverSettings {
  readonly driver: DriverChoice;
  readonly links: LinkOptions;
  /** On Windows: whose permissions files show, the mounting user's or those that were backed up. */
  readonly acl: 'mounter' | 'stored';
}

/** Those that a system has, the one for `auto` first. */
const DRIVERS_OF: Readonly<Partial<Record<NodeJS.Platform, readonly DriverName[]>>> = {
  linux: ['fuse', 'fuse-native'],
  darwin: ['fuse-native'],
  win32: ['winfsp'],
};

/** As people call them. */
const SYSTEMS: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  linux: 'Linux',
  darwin: 'macOS',
  win32: 'Windows',
};

/** Throws CommandError for what the system does not have. */
export function driverFor(choice: DriverChoice, platform: NodeJS.Platform): DriverName {
  const names = DRIVERS_OF[platform];
  const system = SYSTEMS[platform] ?? platform;
  if (names === undefined) {
    throw new CommandError(`Mounting is not supported on ${system} yet: use \`ls\` and \`cat\` there`);
  }
  const name = choice === 'auto' ? names[0] : names.find((known) => known === choice);
  if (name !== undefined) return name;
  throw new CommandError(
    `The driver "${choice}" is not for ${system}: give ${names.map((known) => `"${known}"`).join(' or ')}`,
  );
}

/** Loads only the driver that is chosen. Rejects with CommandError, or MountError `unavailable`. */
export async function createDriver(
  { driver, links, acl }: DriverSettings,
  reporter: Reporter,
): Promise<MountDriver> {
  switch (driverFor(driver, process.platform)) {
    case 'fuse': {
      const { createLinuxDriver } = await import('../../mount/linux/driver.ts');
      return createLinuxDriver({ reporter });
    }
    case 'fuse-native': {
      const { createFuseNativeDriver } = await import('../../mount/fuse-native/driver.ts');
      return createFuseNativeDriver({ reporter });
    }
    case 'winfsp': {
      const { loadWinFsp } = await import('../../mount/winfsp/winfsp-library.ts');
      // Now: who has no WinFsp yet must not wait for a repository to be opened first.
      const winfsp = await loadWinFsp();
      const { createWinFspDriver } = await import('../../mount/winfsp/driver.ts');
      const driver = createWinFspDriver({
        reporter,
        leavesVolume: links.policy === 'stored',
        showsStoredSecurity: acl === 'stored',
        load: async () => winfsp,
      });
      const { unmountableByOthers } = await import('../../mount/windows-mounts/unmountable.ts');
      return unmountableByOthers(driver, (place) => mountPipe(place, userInfo().username), reporter);
    }
  }
}
