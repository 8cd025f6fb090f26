/** A service manager that waits for the mount (sd_notify) hears when it serves and when it begins to end. */

import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { smallRepository, temporaryFolder } from './support/fixtures.ts';
import { isMounted, locksIn, snapmountProgram } from './support/mount.ts';
import { needs } from './support/require-tool.ts';
import { systemRestic } from './support/restic.ts';
import { run } from './support/run.ts';
import { ENVIRONMENT } from './support/snapmount.ts';

/** Starts the mount as systemd would, prints what it is told, and ends the mount once that serves. */
const MANAGER = `
import os, socket, subprocess, sys
address, mountpoint, line = sys.argv[1], sys.argv[2], sys.argv[3:]
server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
server.bind('\\0' + address[1:] if address[0] == '@' else address)
server.settimeout(30)
child = subprocess.Popen(line, env={**os.environ, 'NOTIFY_SOCKET': address}, stdout=subprocess.DEVNULL)
print(server.recv(4096).decode())
print(sorted(os.listdir(mountpoint + '/snapshots/latest')))
child.terminate()
print(server.recv(4096).decode())
print(child.wait())`;

describe('a service manager', needs('root', 'restic', '/dev/fuse', 'python3'), () => {
  test.each([
    ['at a path', (folder: string) => join(folder, 'notify')],
    ['in the abstract namespace', () => `@snapmount-test-${process.pid}`],
  ])('%s is told', async (_, addressIn) => {
    const repository = await smallRepository(systemRestic());
    const mountpoint = await temporaryFolder();
    const address = addressIn(await temporaryFolder());
    const line = [process.execPath, snapmountProgram, '-r', repository, 'mount', mountpoint];
    expect(await run('python3', ['-c', MANAGER, address, mountpoint, ...line], { env: ENVIRONMENT })).toEqual(
      {
        code: 0,
        stdout: [
          `READY=1\nSTATUS=Serving the repository at ${mountpoint}`,
          `['folder', 'notes']`,
          `STOPPING=1\nSTATUS=Unmounting ${mountpoint}`,
          '0\n',
        ].join('\n'),
        stderr: '',
      },
    );
    expect(isMounted(mountpoint)).toBe(false);
    expect(locksIn(repository)).toEqual([]);
  });
});
