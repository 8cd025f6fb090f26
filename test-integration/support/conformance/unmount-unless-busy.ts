/** What the conformance suite asks of a mount in the tests' own process. */

import type { Mounted } from '../../../src/mount/driver.ts';
import { isUnmountedNow } from '../../../src/mount/take-down.ts';

export async function unmountUnlessBusy(mounted: Mounted): Promise<'busy' | 'unmounted'> {
  return (await isUnmountedNow(mounted)) ? 'unmounted' : 'busy';
}
