/** The drivers that the conformance suite runs, and where one cannot be as the others are. */

import type { DriverUnderTest } from './driver-under-test.ts';
import { POSIX_DRIVERS_UNDER_TEST } from './posix-drivers.ts';
import { WINDOWS_DRIVERS_UNDER_TEST } from './windows-drivers.ts';

export const DRIVERS: readonly DriverUnderTest[] = [
  ...POSIX_DRIVERS_UNDER_TEST,
  ...WINDOWS_DRIVERS_UNDER_TEST,
];
