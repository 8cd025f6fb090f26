/** Unmounts what nobody has used for a while. Knows neither why nor what becomes of the repository. */

import type { Wait } from '../wait.ts';
import type { Mounted } from './driver.ts';
import { isUnmountedNow } from './take-down.ts';

/** Looked at so often in the time that must pass: the mount goes at most a tenth of it too late. */
const LOOKS = 10;

/**
 * Resolves once it has unmounted, after `milliseconds` without an access during which nothing was held open at the
 * end either. Rejects with what else `unmount` rejects with.
 */
export async function unmountWhenIdle(
  mounted: Mounted,
  milliseconds: number,
  wait: Wait,
  signal: AbortSignal,
): Promise<void> {
  for (let seen = mounted.accesses, looks = 0; ; ) {
    await wait(milliseconds / LOOKS, signal);
    looks = mounted.accesses === seen ? looks + 1 : 0;
    seen = mounted.accesses;
    if (looks < LOOKS) continue;
    // An open file or a working folder in the mount is use, too, and the kernel alone knows of it.
    if (await isUnmountedNow(mounted)) return;
    looks = 0;
  }
}
