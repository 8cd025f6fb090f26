import { describe, expect, test } from 'vitest';
import { isMountHelper, mountHelperArguments, splitOptions } from './mount-helper.ts';

const FLAGS = new Map([
  ['--password-file', { required: true }],
  ['--tag', { required: true }],
  ['--uid', { required: true }],
  ['--allow-other', { required: false }],
  ['--noexec', { required: false }],
  ['--no-lock', { required: false }],
  ['--verbose', { required: false }],
]);

function translate(...args: string[]) {
  return mountHelperArguments(args, FLAGS);
}

function withOptions(options: string) {
  return translate('/repo', '/mnt', '-o', options).slice(5, -2);
}

describe('isMountHelper', () => {
  test.each([
    ['mount.snapmount', true],
    ['mount.fuse.snapmount', true],
    ['snapmount', false],
    ['snapmount.cjs', false],
    ['', false],
  ])('of %j is %j', (name, expected) => {
    expect(isMountHelper(name)).toBe(expected);
  });
});

describe('mountHelperArguments', () => {
  const MOUNT = ['mount', '--daemon', '--repo=/repo', '--fsname=/repo'];

  test.each<[args: string[], flags: string[]]>([
    [['/repo', '/mnt'], ['--quiet']],
    [['/repo', '/mnt', '-o', 'rw'], ['--quiet']],
    [
      ['/repo', '/mnt', '-n', '-o', 'ro,allow_other'],
      ['--quiet', '--allow-other'],
    ],
    [['/repo', '/mnt', '-o', 'verbose'], ['--verbose']],
    [
      ['-o', 'uid=5', '/repo', '/mnt', '-sv', '-t', 'snapmount'],
      ['--verbose', '--uid=5'],
    ],
    [
      ['/repo', '/mnt', '-ouid=5', '-o', 'no-lock'],
      ['--quiet', '--uid=5', '--no-lock'],
    ],
  ])('takes %j', (args, flags) => {
    expect(translate(...args)).toEqual([...MOUNT, ...flags, '--', '/mnt']);
  });

  test('leaves out what concerns mount(8) and systemd only', () => {
    const ours = 'password-file=/etc/pw';
    const theirs = 'defaults,noauto,user,exec,nosuid,_netdev,nofail,x-systemd.automount,comment=a,relatime';
    expect(withOptions(`${theirs},${ours}`)).toEqual(['--password-file=/etc/pw']);
  });

  test('keeps commas that are quoted or escaped, and what follows the first equals sign', () => {
    expect(withOptions('tag="a,b",tag=c\\,d,tag=e=f')).toEqual(['--tag=a,b', '--tag=c,d', '--tag=e=f']);
  });

  test.each([
    ['noexec,nosuid,user', ['--noexec']],
    ['noexec,exec', []],
    ['exec,noexec', ['--noexec']],
  ])('lets things on it be run or not as the last word says: %s', (options, flags) => {
    expect(withOptions(options)).toEqual(flags);
  });

  test('shows no password of a location in the list of mounts', () => {
    const [, , repository, source] = translate('rest:https://me:secret@host/', '/mnt');
    expect(repository).toBe('--repo=rest:https://me:secret@host/');
    expect(source).not.toContain('secret');
  });

  test('does nothing when mount(8) pretends', () => {
    expect(translate('/repo', '/mnt', '-f')).toBe('nothing');
  });

  test.each<[args: string[], message: RegExp]>([
    [['/repo'], /^Usage: mount.snapmount REPOSITORY FOLDER/],
    [['/repo', '/mnt', 'more'], /^Usage/],
    [['/repo', '/mnt', '-x'], /Unknown option "-x"/],
    [['/repo', '/mnt', '-o'], /"-o" lacks its value/],
    [['/repo', '/mnt', '-N', '/proc/1/ns/mnt'], /another namespace/],
    [['/repo', '/mnt', '-o', 'frobnicate'], /Unknown mount option "frobnicate"/],
    [['/repo', '/mnt', '-o', 'uid'], /"uid" needs a value/],
    [['/repo', '/mnt', '-o', 'remount,ro'], /cannot be remounted/],
  ])('refuses %j', (args, message) => {
    expect(() => translate(...args)).toThrow(message);
  });

  test('passes over options that are not known when mount(8) says to (-s)', () => {
    expect(translate('/repo', '/mnt', '-s', '-o', 'frobnicate,uid=1')).toEqual([
      ...MOUNT,
      '--quiet',
      '--uid=1',
      '--',
      '/mnt',
    ]);
  });
});

describe('splitOptions', () => {
  test.each([
    ['', []],
    ['a,,b', ['a', 'b']],
    ['a=\\\\,b', ['a=\\', 'b']],
    ['a=C:\\x', ['a=C:\\x']],
    ['a="b\\"c",d', ['a=b"c', 'd']],
  ])('of %j is %j', (text, expected) => {
    expect(splitOptions(text)).toEqual(expected);
  });
});
