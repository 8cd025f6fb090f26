import { describe, expect, test } from 'vitest';
import { MountError } from '../errors.ts';
import { mountFailure } from './mount-failure.ts';
import { winfspMountpoint } from './mountpoint.ts';
import { checkVersion } from './version-check.ts';
import { volumeSddl } from './windows-security.ts';
import { NtStatus } from './wire/nt-status.ts';

test.each([
  ['X:', 'X:'],
  ['x:', 'X:'],
  ['x:\\', 'X:'],
  ['x:/', 'X:'],
  ['*', '*:'],
  ['C:\\mnt\\backup\\', 'C:\\mnt\\backup'],
  ['c:/mnt/backup', 'c:\\mnt\\backup'],
])('%j is mounted at %j', (given, expected) => {
  expect(winfspMountpoint(given)).toBe(expected);
});

test.each([[''], ['X'], ['1:'], ['mnt'], ['\\mnt'], ['C:mnt'], ['\\\\server\\share'], ['C:\\\\mnt']])(
  '%j is no place to mount',
  (given) => {
    expect(() => winfspMountpoint(given)).toThrow(MountError);
  },
);

test.each([
  [2, 2, undefined],
  [2, 3, undefined],
  [3, 0, undefined],
  [2, 0, 'WinFsp 2.0 has known holes'],
  [2, 1, 'WinFsp 2.1 has known holes'],
])('WinFsp %d.%d serves and is told of: %s', (major, minor, expected) => {
  const warning = checkVersion({ major, minor });
  if (expected === undefined) expect(warning).toBeUndefined();
  else expect(warning).toContain(expected);
});

test.each([
  ['preflight', NtStatus.ObjectNameCollision, 'busy', 'it is in use'],
  ['mountpoint', NtStatus.ObjectNameCollision, 'busy', 'it is in use'],
  ['preflight', NtStatus.NoSuchDevice, 'unavailable', 'driver does not run'],
  ['volume', NtStatus.ObjectNameNotFound, 'unavailable', 'driver does not run'],
  ['mountpoint', NtStatus.ObjectPathNotFound, 'failed', 'its folder must be there'],
  ['mountpoint', NtStatus.AccessDenied, 'denied', 'does not let this user'],
  ['dispatcher', NtStatus.InsufficientResources, 'failed', '0xc000009a at the step "dispatcher"'],
  ['mountpoint', NtStatus.InvalidDeviceRequest, 'failed', 'on a disk with NTFS'],
] as const)('a %s that fails with %d is %s: %s', (step, status, code, text) => {
  // As the DLL gives it: with a sign.
  const failure = mountFailure(step, status | 0, 'X:');
  expect(failure.code).toBe(code);
  expect(failure.message).toContain(text);
});

test('that no letter is free is said as such', () => {
  const failure = mountFailure('mountpoint', NtStatus.NoSuchDevice | 0, '*:');
  expect(failure.message).toBe('No drive letter is free: unmount one, or mount at a new folder');
});

describe('who may read the volume', () => {
  test('is the user and the system', () => {
    expect(volumeSddl('S-1-5-21-1', false)).toBe(
      'O:S-1-5-21-1G:S-1-5-21-1D:P(A;;0x1200a9;;;S-1-5-21-1)(A;;0x1200a9;;;SY)',
    );
  });

  test('is everybody where that was asked for', () => {
    expect(volumeSddl('S-1-5-21-1', true)).toContain('(A;;0x1200a9;;;WD)');
  });
});
