import { describe, expect, test } from 'vitest';
import { type MountFlags, resolveMountSettings } from './settings.ts';

describe('resolveMountSettings', () => {
  test('has restic defaults', () => {
    expect(resolveMountSettings({}, 'linux')).toEqual({
      pathTemplates: ['ids/%i', 'snapshots/%T', 'hosts/%h/%T', 'tags/%t/%T'],
      timeTemplate: '2006-01-02T15:04:05Z07:00',
      ownership: { ownerRoot: false },
      names: { system: 'posix', backslash: 'percent' },
      links: { policy: 'by-origin', folderLinks: 'junction' },
      allowOther: false,
      defaultPermissions: false,
      noExec: false,
      onLockLoss: 'unmount',
      command: undefined,
      idle: undefined,
      daemon: false,
      source: undefined,
      driver: 'auto',
      acl: 'mounter',
      remarks: [],
    });
  });

  test.each<[flags: MountFlags, defaultPermissions: boolean]>([
    [{}, false],
    [{ allowOther: true }, true],
    [{ allowOther: true, defaultPermissions: false }, false],
    [{ defaultPermissions: false }, false],
  ])('lets the kernel check modes only where others are let in: %j', (flags, defaultPermissions) => {
    expect(resolveMountSettings(flags).defaultPermissions).toBe(defaultPermissions);
  });

  test('reads owners and permissions as numbers', () => {
    const flags = { uid: '1000', gid: '0', umask: '027', ownerRoot: true } as const;
    expect(resolveMountSettings(flags).ownership).toEqual({
      ownerRoot: true,
      uid: 1000,
      gid: 0,
      umask: 0o027,
    });
    expect(resolveMountSettings({ umask: '0o77' }).ownership.umask).toBe(0o077);
  });

  test.each<MountFlags>([
    { uid: '-1' },
    { uid: 'root' },
    { gid: '4294967295' },
    { umask: '9' },
    { umask: '1777' },
    { umask: '' },
    { timeTemplate: '' },
    { timeTemplate: '/2006' },
    { pathTemplate: [''] },
  ])('refuses %j', (flags) => {
    expect(() => resolveMountSettings(flags)).toThrow();
  });

  test.each<[flags: MountFlags, remark: RegExp]>([
    [{ snapshotTemplate: '2006' }, /now --time-template/],
    [{ defaultPermissions: false }, /without --allow-other/],
    [{ backslash: 'private' }, /no effect without --names windows/],
    [{ snapshot: 'latest', timeTemplate: '2006' }, /no effect with --snapshot/],
    [{ acl: 'stored' }, /--acl has an effect on Windows only/],
  ])('remarks on %j', (flags, remark) => {
    expect(resolveMountSettings(flags, 'linux').remarks).toEqual([expect.stringMatching(remark)]);
  });

  test.each<[flags: MountFlags, remark: RegExp]>([
    [{ ownerRoot: true }, /^Option --owner-root has no effect on Windows/],
    [{ umask: '022', uid: '0', gid: '0' }, /^Options --uid, --gid, --umask have no effect on Windows/],
    [{ allowOther: true }, /^With --allow-other every user .* can read everything/],
    [{ defaultPermissions: false }, /without --allow-other/],
    [{ fsname: 'x'.repeat(33) }, /label shows the first 32 characters of --fsname/],
  ])('remarks on Windows on %j', (flags, remark) => {
    expect(resolveMountSettings(flags, 'win32').remarks).toEqual([expect.stringMatching(remark)]);
  });

  test.each<MountFlags>([
    { acl: 'stored' },
    { allowOther: true, defaultPermissions: false },
    { noexec: true, fsname: 'x'.repeat(32), backslash: 'private' },
  ])('has nothing to say on Windows on %j', (flags) => {
    expect(resolveMountSettings(flags, 'win32').remarks).toEqual([]);
  });

  test.each<[flags: MountFlags, message: RegExp]>([
    [
      { driver: 'kernel' },
      /^Value "kernel" for --driver is unknown: give "auto", "fuse", "fuse-native" or "winfsp"$/,
    ],
    [{ acl: '' }, /^Value "" for --acl is unknown: give "mounter" or "stored"$/],
  ])('refuses %j and names what there is', (flags, message) => {
    expect(() => resolveMountSettings(flags)).toThrow(message);
  });

  test('takes the old name of the time template', () => {
    expect(resolveMountSettings({ snapshotTemplate: '2006' }).timeTemplate).toBe('2006');
  });

  test('takes what to do when the lock is lost, and nothing else', () => {
    expect(resolveMountSettings({ onLockLoss: 'continue' }).onLockLoss).toBe('continue');
    expect(() => resolveMountSettings({ onLockLoss: 'relock' })).toThrow(/"relock" for --on-lock-loss/);
  });

  test('reads the time without an access, and keeps it as it was written', () => {
    expect(resolveMountSettings({ idle: '1h30m' }).idle).toEqual({ milliseconds: 5_400_000, text: '1h30m' });
  });

  test.each<[flags: MountFlags, message: RegExp]>([
    [{ idle: '999ms' }, /"999ms" for --idle: it takes 1s to 5000h/],
    [{ idle: '5001h' }, /"5001h" for --idle/],
    [{ idle: '30' }, /Invalid duration "30"/],
    [{ exec: ' ' }, /No command given/],
    [{ exec: 'cat \ufffd' }, /not in UTF-8/],
    [{ exec: 'ls', daemon: true }, /--daemon and --exec exclude each other/],
    [{ exec: 'ls', idle: '1m' }, /--idle and --exec exclude each other/],
    [{ fsname: '' }, /--fsname must not be empty/],
    [{ fsname: 'a\nb' }, /--fsname must not/],
  ])('refuses %j and says why', (flags, message) => {
    expect(() => resolveMountSettings(flags)).toThrow(message);
  });
});
