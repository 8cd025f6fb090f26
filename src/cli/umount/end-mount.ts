/** Ends a mount that another process serves, and waits for that process. Knows where it stands, not what it shows. */

import { MountError } from '../../mount/errors.ts';
import { describePlaces, describeUsers } from '../../mount/in-the-way.ts';
import { type Answer, askMount } from '../../mount/linux-mounts/ask-mount.ts';
import { describeRemoved, removeDeadMount } from '../../mount/linux-mounts/dead-mounts.ts';
import { loadLibc } from '../../mount/linux-mounts/libc.ts';
import { MOUNT_TYPE } from '../../mount/linux-mounts/mount-type.ts';
import { findMountUsers } from '../../mount/linux-mounts/mount-users.ts';
import { type MountInfo, mountAt, mountsBelow, readMounts } from '../../mount/linux-mounts/mountinfo.ts';
import { resolvePlace } from '../../mount/linux-mounts/mountpoint.ts';
import { unmountPlace } from '../../mount/linux-mounts/unmount.ts';
import type { Reporter } from '../../report.ts';
import { CommandError } from '../errors.ts';
import { waitForProcess } from './wait-for-process.ts';

/**
 * Resolves with the absolute path once the mount and its process have ended, as far as that can be known: a warning
 * says where not. With `detach` also while it is used. Rejects with CommandError, MountError or the signal's reason.
 */
export async function endMount(
  mountpoint: string,
  how: { detach: boolean },
  reporter: Reporter,
  signal: AbortSignal,
): Promise<string> {
  if (process.platform !== 'linux') {
    throw new CommandError(
      `Mounts cannot be ended by this command on ${process.platform} yet: use the system's own`,
    );
  }
  const { place, mount } = await findMount(mountpoint);
  const answer = await askMount(place, signal);
  if (answer.state === 'dead') {
    await removeDeadMount(place);
    reporter.note(describeRemoved(mount, mountpoint));
    return place;
  }
  await refuseWithMountsBelow(mount, mountpoint);
  await unmount(place, mount, mountpoint, how);
  await waitForServer(answer, mountpoint, how, reporter, signal);
  return place;
}

/** Whatever is asked here is asked of the kernel: the server may hang. */
async function findMount(mountpoint: string): Promise<{ place: string; mount: MountInfo }> {
  const place = await resolvePlace(mountpoint).catch((cause: NodeJS.ErrnoException) => {
    const problem = cause.code === 'ENOENT' ? 'does not exist' : `is inaccessible (${cause.code})`;
    throw new CommandError(`Mountpoint "${mountpoint}" ${problem}`, { cause });
  });
  const mount = await mountAt(place);
  if (mount === undefined) throw new CommandError(`Nothing is mounted at "${mountpoint}"`);
  if (mount.type === MOUNT_TYPE) return { place, mount };
  throw new CommandError(`What is mounted at "${mountpoint}" is not snapmount's, but of type ${mount.type}`);
}

/** Detaching would take them along, with the data of those that keep it in memory. */
async function refuseWithMountsBelow({ id }: MountInfo, mountpoint: string): Promise<void> {
  const below = mountsBelow(await readMounts(), id).map((mount) => mount.mountpoint);
  if (below.length === 0) return;
  throw new CommandError(
    `Other mounts stand below the one at "${mountpoint}": unmount ${describePlaces(below)} first`,
  );
}

async function unmount(
  place: string,
  mount: MountInfo,
  mountpoint: string,
  how: { detach: boolean },
): Promise<void> {
  try {
    await unmountPlace(await loadLibc(), place, how);
  } catch (cause) {
    if (!(cause instanceof MountError && cause.code === 'busy')) throw cause;
    const users = describeUsers(await findMountUsers(place, mount.device));
    throw new CommandError(
      `The mount at "${mountpoint}" is in use${users}: end that first, or unmount with --lazy`,
      { cause },
    );
  }
}

async function waitForServer(
  answer: Exclude<Answer, { state: 'dead' }>,
  mountpoint: string,
  { detach }: { detach: boolean },
  reporter: Reporter,
  signal: AbortSignal,
): Promise<void> {
  const server = answer.state === 'alive' ? answer.process : undefined;
  if (server === undefined) {
    reporter.warn(`Unmounted "${mountpoint}", but ${explainUnknown(answer)}: its end was not awaited`);
    return;
  }
  const name = `process ${server.pid}`;
  const task = detach ? 'which serves those who still use the mount' : 'which removes its lock';
  const outcome = await waitForProcess(server, () => reporter.note(`Waiting for ${name}, ${task}`), signal);
  if (outcome === 'gone') return;
  reporter.warn(`Unmounted "${mountpoint}", but ${name} is in another container: its end was not awaited`);
}

function explainUnknown({ state }: Answer): string {
  if (state === 'silent') return 'its process does not answer';
  if (state === 'forbidden') return 'its process is known to its user only';
  return 'its process does not tell its number';
}
