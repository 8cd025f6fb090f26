import { describe, expect, test } from 'vitest';
import { helperOptions, kernelOptions } from './mount-options.ts';

const OPTIONS = { mountpoint: '/m', source: 'snapmount:x', allowOther: false, defaultPermissions: false };

describe('mount options', () => {
  test('kernelOptions names the descriptor and the user', () => {
    expect(kernelOptions(9, { uid: 5, gid: 6 }, OPTIONS)).toBe(
      'fd=9,rootmode=40000,user_id=5,group_id=6,max_read=1048576',
    );
  });

  test('both say who may enter and who checks', () => {
    const open = { ...OPTIONS, allowOther: true, defaultPermissions: true };
    expect(kernelOptions(9, { uid: 0, gid: 0 }, open)).toContain(',default_permissions,allow_other,');
    expect(helperOptions(open)).toContain(',default_permissions,allow_other,');
  });

  test('helperOptions forbids to run what is on the mount where that is asked for', () => {
    expect(helperOptions({ ...OPTIONS, noExec: true })).toContain(',nodev,noexec,');
  });

  test('helperOptions escapes commas and backslashes of the source', () => {
    expect(helperOptions({ ...OPTIONS, source: 'a,suid\\' })).toBe(
      'ro,nosuid,nodev,fsname=a\\,suid\\\\,subtype=snapmount,max_read=1048576',
    );
  });
});
