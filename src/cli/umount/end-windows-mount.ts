/** Ends a mount of Windows that another process serves, by asking that process, and waits until it has ended. */

import { userInfo } from 'node:os';
import { MountError } from '../../mount/errors.ts';
import { askToUnmount } from '../../mount/windows-mounts/ask-to-unmount.ts';
import { mountPipe } from '../../mount/windows-mounts/mount-pipe.ts';
import type { Reporter } from '../../report.ts';
import { realWait } from '../../wait.ts';
import { CommandError } from '../errors.ts';
import { windowsPlace } from '../mount/mountpoint/windows.ts';

/** Milliseconds after which somebody wants to know what takes so long. */
const LONG = 2000;

/**
 * Resolves with the mount's place once the mount and its process have ended. With `detach` also while files are open.
 * Rejects with CommandError, MountError or the signal's reason.
 */
export async function endWindowsMount(
  mountpoint: string,
  { detach }: { detach: boolean },
  reporter: Reporter,
  signal: AbortSignal,
): Promise<string> {
  const place = windowsPlace(mountpoint, process.cwd());
  const pipe = mountPipe(place, userInfo().username);
  const asked = await askToUnmount(pipe, { unmount: detach ? 'lazy' : 'now' }, signal).catch((error) => {
    if (error instanceof MountError) throw explain(error, mountpoint);
    throw error;
  });
  if (asked === undefined) throw new CommandError(`No mount of this user's snapmount is at "${mountpoint}"`);
  const task = detach ? 'which serves those who still use the mount' : 'which removes its lock';
  const long = new AbortController();
  const noted = realWait(LONG, long.signal).then(
    () => reporter.note(`Waiting for process ${asked.pid}, ${task}`),
    () => {},
  );
  try {
    await asked.ended;
  } catch (error) {
    throw error instanceof MountError ? explain(error, mountpoint) : error;
  } finally {
    long.abort();
    await noted;
  }
  return place;
}

function explain(error: MountError, mountpoint: string): CommandError {
  const problem =
    error.code === 'busy'
      ? `is in use${error.message}: close the files that are open there, or unmount with --lazy`
      : `cannot be ended: ${error.message}`;
  return new CommandError(`The mount at "${mountpoint}" ${problem}`, { cause: error });
}
