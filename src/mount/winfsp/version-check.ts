/** Which versions of WinFsp will do. Pure. */

import { MountError } from '../errors.ts';
import { WINFSP_SITE } from './notice.ts';
import type { WinFspVersion } from './winfsp.ts';

/** The first whose volumes can be ended while requests are answered. */
const OLDEST_MAJOR = 2;
/** CVE-2026-3006 and CVE-2026-7162 are in those before. */
const SAFE_MINOR = 2;

/** What to warn of, if anything. Throws MountError `unavailable` for one that is too old. */
export function checkVersion({ major, minor }: WinFspVersion): string | undefined {
  if (major < OLDEST_MAJOR) {
    throw new MountError(
      'unavailable',
      `WinFsp ${major}.${minor} is too old, 2.0 is needed: install a newer one from ${WINFSP_SITE}`,
    );
  }
  if (major > OLDEST_MAJOR || minor >= SAFE_MINOR) return undefined;
  return `WinFsp ${major}.${minor} has known holes (CVE-2026-3006, CVE-2026-7162): install 2.2 or newer from ${WINFSP_SITE}`;
}
