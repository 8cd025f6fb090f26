import { expect, test } from 'vitest';
import { helperError } from './helper-complaints.ts';

test.each([
  [
    "fusermount3: option allow_other only allowed if 'user_allow_other' is set in /etc/fuse.conf",
    'denied',
    '"user_allow_other" in /etc/fuse.conf',
  ],
  ['fusermount3: user has no write access to mountpoint /m', 'denied', 'The mountpoint "/m" must be'],
  ['fusermount3: failed to open /dev/fuse: Permission denied', 'denied', 'chmod 666 /dev/fuse'],
  ["fusermount3: fuse device not found, try 'modprobe fuse' first", 'unavailable', 'modprobe fuse'],
  ['fusermount3: mount failed: Operation not permitted', 'denied', '--cap-add SYS_ADMIN'],
  ['fusermount3: something new', 'failed', 'Cannot mount on "/m": fusermount3: something new'],
  ['', 'failed', 'fusermount3 failed'],
])('helperError makes of "%s" a MountError "%s" with the cure', (complaint, code, cure) => {
  const error = helperError(complaint, '/m');
  expect(error.code).toBe(code);
  expect(error.message).toContain(cure);
  expect(error.message).not.toMatch(/\n|\.$/);
});
