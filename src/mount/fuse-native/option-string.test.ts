import { describe, expect, test } from 'vitest';
import type { MountOptions } from '../driver.ts';
import { optionString } from './option-string.ts';

const PLAIN: MountOptions = {
  mountpoint: '/mnt/backup',
  source: 'snapmount:5956a3f67a',
  allowOther: false,
  defaultPermissions: false,
};
const LINUX = { platform: 'linux', subtype: 'snapmount' };
const MACOS = { platform: 'darwin', subtype: 'snapmount' };

describe('optionString', () => {
  test('on Linux is read-only, with our type and our inode numbers', () => {
    expect(optionString(PLAIN, LINUX)).toBe(
      '-oro,nosuid,nodev,use_ino,entry_timeout=1,attr_timeout=1,negative_timeout=1,fsname=snapmount:5956a3f67a,subtype=snapmount,max_read=131072',
    );
  });

  test('on macOS names the volume and gives it a picture, and keeps Finder from writing', () => {
    const list = optionString(
      { ...PLAIN, mountpoint: '/Volumes/My, Backup' },
      { ...MACOS, icon: '/Icons/a,b.icns' },
    );
    expect(list).toContain(',volname=My\\, Backup,volicon=/Icons/a\\,b.icns,noappledouble,noapplexattr,');
    expect(list).toMatch(/^-oro,/);
    expect(list).not.toMatch(/subtype|max_read/);
    expect(optionString(PLAIN, MACOS)).not.toContain('volicon');
  });

  test.each<[Partial<MountOptions>, string]>([
    [{ allowOther: true, defaultPermissions: true }, ',allow_other,default_permissions,'],
    [{ noExec: true }, ',noexec,'],
    [{ longestCaching: 100 }, ',entry_timeout=0.1,attr_timeout=0.1,negative_timeout=0.1,'],
    [{ longestCaching: 60_000 }, ',entry_timeout=1,'],
    // Neither a comma nor a backslash begins another option.
    [{ source: 'a,rw\\,suid' }, ',fsname=a\\,rw\\\\\\,suid,'],
  ])('of %j has %j', (options, expected) => {
    for (const surroundings of [LINUX, MACOS]) {
      expect(optionString({ ...PLAIN, ...options }, surroundings)).toContain(expected);
    }
  });

  test.each<[what: string, options: Partial<MountOptions>]>([
    ['options', { source: 'x'.repeat(1000) }],
    ['path', { mountpoint: `/${'ü'.repeat(512)}` }],
  ])('refuses a %s that fuse-native would cut off', (_, options) => {
    expect(() => optionString({ ...PLAIN, ...options }, LINUX)).toThrow(/no more than 1023 bytes/);
  });
});
