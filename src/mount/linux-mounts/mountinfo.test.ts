import { expect, test } from 'vitest';
import { escapeMountpoint, mountsBelow, parseMountInfo } from './mountinfo.ts';

test('parseMountInfo reads optional fields, none, and escaped paths', () => {
  const text = [
    '36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 shared:7 - ext3 /dev/root rw,errors=continue',
    '99 36 0:57 / /mnt/with\\040space\\134 ro,nosuid - fuse.snapmount a\\040b ro,user_id=0',
    '',
  ].join('\n');
  expect(parseMountInfo(text)).toEqual([
    { id: '36', parent: '35', device: '98:0', mountpoint: '/mnt2', type: 'ext3', source: '/dev/root' },
    {
      id: '99',
      parent: '36',
      device: '0:57',
      mountpoint: '/mnt/with space\\',
      type: 'fuse.snapmount',
      source: 'a b',
    },
  ]);
});

test('escapeMountpoint writes a path as the kernel does', () => {
  expect(escapeMountpoint('/a b\tc\nd\\e#\'"ü')).toBe('/a\\040b\\011c\\012d\\134e#\'"ü');
});

test('mountsBelow finds what stands on a mount, innermost first, wherever it is listed', () => {
  const lines = ['30 1 /m', '31 30 /m/a/b', '32 1 /m/a', '33 30 /m/a', '34 33 /m/a/c', '35 32 /m/a/d'];
  const mounts = parseMountInfo(
    lines.map((line) => line.replace(/ (?=\/)/, ' 0:1 / ').concat(' ro - tmpfs x ro')).join('\n'),
  );
  expect(mountsBelow(mounts, '30').map(({ id }) => id)).toEqual(['31', '34', '33']);
  expect(mountsBelow(mounts, '31')).toEqual([]);
});
