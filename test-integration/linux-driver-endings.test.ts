/** The driver of the kernel protocol: requests that are interrupted, which other drivers are not told of. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import type { OpenFile } from '../src/mount/node.ts';
import { file, folder, stuckContent } from '../src/mount/testing/memory-view.ts';
import { endMemoryMounts, mountMemory } from './support/memory-mount.ts';
import { needs } from './support/require-tool.ts';
import { run } from './support/run.ts';

describe('interrupts', needs('root', '/dev/fuse', 'perl'), () => {
  afterEach(endMemoryMounts);

  test('a killed reader lets go of a read that is stuck', async () => {
    const content = stuckContent(100);
    // Read past the cache: reads ahead belong to nobody, and no signal ends them.
    const mounted = await mountMemory(folder({ stuck: file(content) }));
    const reader = spawn('dd', ['iflag=direct', `if=${join(mounted.path, 'stuck')}`], { stdio: 'ignore' });
    await content.begun;
    reader.kill('SIGKILL');
    await once(reader, 'exit');
    await expect.poll(() => content.waiting, { timeout: 5000 }).toBe(0);
    await mounted.unmount({ detach: false });
    await mounted.closed;
    expect(mounted.warnings).toEqual([]);
  });

  test('a killed reader of a file that is read ahead goes, and so does the mount', async () => {
    const content = stuckContent(100);
    const mounted = await mountMemory(folder({ stuck: file(content) }));
    const reader = spawn('cat', [join(mounted.path, 'stuck')], { stdio: 'ignore' });
    await content.begun;
    reader.kill('SIGKILL');
    await once(reader, 'exit');
    await mounted.unmount({ detach: false });
    await mounted.closed;
    expect(content.waiting).toBe(0);
  });

  test('signals that a program handles do not fail its reads', async () => {
    const slow: OpenFile = {
      size: 20,
      read: async (offset, length, signal, use) => {
        await sleep(50, undefined, { signal });
        await use([Buffer.alloc(length, 0x30 + offset)]);
      },
    };
    const mounted = await mountMemory(folder({ slow: file(slow) }));
    // Read past the cache, so that each read(2) is a request that a signal may interrupt.
    const program = `use Fcntl; use Time::HiRes qw(setitimer ITIMER_REAL); $SIG{ALRM} = sub { $n++ };
      setitimer(ITIMER_REAL, 0.005, 0.005); sysopen F, $ARGV[0], O_RDONLY | O_DIRECT or die "open: $!";
      for (1..4) { defined(sysread(F, $b, 5)) or die $!; $all .= $b } setitimer(ITIMER_REAL, 0); print $n >= 3 ? $all : "quiet"`;
    expect(await run('perl', ['-e', program, join(mounted.path, 'slow')])).toEqual({
      code: 0,
      stdout: '0000055555:::::?????',
      stderr: '',
    });
    await mounted.unmount({ detach: false });
    await mounted.closed;
  });
});
