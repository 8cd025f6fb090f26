import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { findHelper, helperError, runHelper, searchPath } from './fusermount.ts';

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

test.each([
  [undefined, ['/usr/bin', '/bin']],
  ['', ['/usr/bin', '/bin']],
  [':/a::/b:', ['/a', '/b', '/usr/bin', '/bin']],
])('searchPath makes of %j %j, never the current folder', (path, folders) => {
  expect(searchPath(path)).toEqual(folders);
});

describe('the helper', () => {
  const base = mkdtempSync(join(tmpdir(), 'snapmount-helper-'));
  afterAll(() => rmSync(base, { recursive: true }));

  function folderWith(name: string, mode: number, text = ''): string {
    const folder = mkdtempSync(join(base, 'path-'));
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), mode);
    return folder;
  }

  test('is fusermount3, or fusermount where only that can be run', async () => {
    const [older, newer] = [folderWith('fusermount', 0o755), folderWith('fusermount3', 0o755)];
    expect(await findHelper([older, newer])).toBe(join(newer, 'fusermount3'));
    expect(await findHelper([older, folderWith('fusermount3', 0o644)])).toBe(join(older, 'fusermount'));
  });

  test('that exists and cannot be run is named', async () => {
    const folder = folderWith('fusermount3', 0o644);
    await expect(findHelper([folder])).rejects.toMatchObject({
      code: 'denied',
      message: expect.stringContaining(`"${folder}/fusermount3"`),
    });
  });

  test('that exists nowhere is to be installed, also when a folder cannot be searched', async () => {
    const closed = join(base, 'closed');
    mkdirSync(closed, { mode: 0 });
    await expect(findHelper([closed, join(base, 'missing'), '/dev/null'])).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('apt install fuse3'),
    });
  });

  test('runs in a process group of its own, and its end by a signal is said', async () => {
    const before = process.env.PATH;
    process.env.PATH = folderWith(
      'fusermount3',
      0o755,
      '#!/bin/sh\nread -r _ _ _ _ g _ < /proc/$$/stat; [ $g = $$ ] && kill -INT $$\n',
    );
    try {
      expect(await runHelper([])).toEqual({
        code: null,
        complaint: expect.stringMatching(/fusermount3" was ended by SIGINT$/),
      });
    } finally {
      process.env.PATH = before;
    }
  });
});
