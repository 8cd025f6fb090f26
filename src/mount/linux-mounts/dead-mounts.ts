/** Mounts whose servers have died without unmounting: found by asking, and taken away. */

import { type Answer, askMount } from './ask-mount.ts';
import { loadLibc } from './libc.ts';
import { type MountInfo, mountAt } from './mountinfo.ts';
import { unmountPlace } from './unmount.ts';

export interface SeenMount extends MountInfo {
  /** Undefined where the kernel itself serves. */
  readonly answer: Answer | undefined;
}

/**
 * Takes away one dead FUSE mount after the other, whoever made it, until another mount or none is seen at `place`,
 * and resolves with that. `place` holds no symbolic link. Rejects with MountError for one that cannot be taken away.
 */
export async function removeDeadMounts(
  place: string,
  onRemoved: (mount: MountInfo) => void,
  signal: AbortSignal,
): Promise<SeenMount | undefined> {
  for (;;) {
    const mount = await mountAt(place);
    if (mount === undefined) return undefined;
    const answer = isFuse(mount) ? await askMount(place, signal) : undefined;
    if (answer?.state !== 'dead') return { ...mount, answer };
    await removeDeadMount(place);
    onRemoved(mount);
  }
}

export async function removeDeadMount(place: string): Promise<void> {
  await unmountPlace(await loadLibc(), place, { detach: true });
}

export function describeRemoved({ source, type }: MountInfo, mountpoint: string): string {
  return `Removed the dead mount "${source}" (${type}) left at "${mountpoint}"`;
}

function isFuse({ type }: MountInfo): boolean {
  return /^fuse(?:blk)?(?:\.|$)/.test(type);
}
