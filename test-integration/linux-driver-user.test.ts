/** The Linux driver for an ordinary user, in a process of that user: fusermount3, its refusals, the end. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readFileSync, statSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emptyFolder, ended, installDriver, isMounted, serve } from './support/memory-mount.ts';
import { needs } from './support/require-tool.ts';
import { output, run } from './support/run.ts';

describe('an ordinary user', needs('root', '/dev/fuse', 'fusermount3', 'setpriv'), () => {
  const USER = 65534;
  const asUser = ['setpriv', `--reuid=${USER}`, `--regid=${USER}`, '--clear-groups', '--'];
  const { mode } = statSync('/dev/fuse');
  let installed: string;

  beforeAll(async () => {
    installed = await installDriver();
    chmodSync('/dev/fuse', 0o666);
  });
  afterAll(() => chmodSync('/dev/fuse', mode & 0o777));

  async function ownFolder(): Promise<string> {
    const path = emptyFolder();
    await fs.chown(path, USER, USER);
    return path;
  }

  test('mounts, reads, meets busy, and unmounts', async () => {
    const path = await ownFolder();
    const { child, next } = serve(installed, asUser, [path]);
    await until(next, 'mounted');
    const [, ...setpriv] = asUser;
    expect(await output('setpriv', [...setpriv, 'cat', join(path, 'hello')])).toBe('hello\n');
    const info = (await fs.readFile('/proc/self/mountinfo', 'utf8'))
      .split('\n')
      .find((line) => line.includes(path));
    expect(info).toMatch(/ ro,nosuid,nodev.* - fuse\.snapmount snapmount:a,b ro,user_id=65534/);
    const user = spawn('setpriv', [...setpriv, 'bash', '-c', `cd ${path}; echo in; read`], { stdio: 'pipe' });
    await once(user.stdout, 'data');
    child.kill('SIGTERM');
    expect(await until(next, 'refused')).toContain(path);
    user.stdin.end();
    await once(user, 'exit');
    child.kill('SIGTERM');
    await until(next, 'closed');
    expect(await ended(child)).toBe(0);
    expect(await isMounted(path)).toBe(false);
  });

  test('abort ends it although somebody waits, and the program exits', async () => {
    const path = await ownFolder();
    const { child, next } = serve(installed, asUser, [path]);
    await until(next, 'mounted');
    const [, ...setpriv] = asUser;
    const reader = run('setpriv', [...setpriv, 'cat', join(path, 'stuck')]);
    child.kill('SIGINT');
    await until(next, 'closed');
    expect(await ended(child)).toBe(0);
    expect((await reader).code).not.toBe(0);
    expect(await isMounted(path)).toBe(false);
  });

  test('is told what is missing', async () => {
    const allowOther = serve(installed, asUser, [await ownFolder(), 'allow-other']);
    if (!/^user_allow_other/m.test(readFileSync('/etc/fuse.conf', 'utf8'))) {
      expect(await until(allowOther.next, 'denied')).toContain('"user_allow_other" in /etc/fuse.conf');
    }
    const foreign = emptyFolder();
    chmodSync(foreign, 0o755);
    expect(await until(serve(installed, asUser, [foreign]).next, 'denied')).toContain(`"${foreign}"`);
    chmodSync('/dev/fuse', 0o600);
    expect(await until(serve(installed, asUser, [foreign]).next, 'denied')).toContain('chmod 666 /dev/fuse');
    chmodSync('/dev/fuse', 0o666);
    const forbidden = [...['unshare', '-m', 'bash', '-c', FORBID_HELPERS, 'bash'], ...asUser];
    expect(await until(serve(installed, forbidden, [await ownFolder()]).next, 'denied')).toContain(
      'No permission to run fusermount3',
    );
  });
});

/** Runs its arguments where no fusermount can be run. */
const FORBID_HELPERS =
  'for p in $(type -ap fusermount3 fusermount); do mount --bind /dev/null "$p"; done; exec "$@"';

/** The text of the next event of this kind; what else is said before only describes. */
async function until(next: () => Promise<{ event: string; text: string }>, event: string): Promise<string> {
  for (;;) {
    const said = await next();
    if (said.event === event) return said.text;
    if (!['detail', 'note'].includes(said.event))
      throw new Error(`Waited for ${event}, got ${JSON.stringify(said)}`);
  }
}
