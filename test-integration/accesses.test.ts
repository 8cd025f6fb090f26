/** How a driver notices that programs use a mount, although the kernel could answer most of them from memory. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { changingFolder, file, folder, symlink } from '../src/mount/testing/memory-view.ts';
import { endMemoryMounts, type MemoryMount, mountMemory } from './support/memory-mount.ts';
import { needs } from './support/require-tool.ts';
import { scriptOutput } from './support/run.ts';

const ENTRIES = {
  folder: folder({ notes: file('notes') }),
  link: symlink('folder/notes'),
  notes: file('notes'),
};

/** Milliseconds, and more than that. */
const LONGEST = 100;
const LATER = 150;

const COMMANDS = [
  'cat "$1/notes"',
  'cat "$1/folder/notes"',
  'cat "$1/link"',
  'cd "$1/folder"; cat notes',
  'stat "$1"',
  'stat "$1/notes"',
  'stat "$1/folder"',
  'ls "$1"',
  'ls -l "$1/folder"',
  'find "$1"',
  'readlink "$1/link"',
  'test ! -e "$1/missing"',
];

describe.each([
  ['a snapshot', folder, false],
  ['a snapshot, modes counting', folder, true],
  ['a folder that changes', changingFolder, false],
])('a mount of %s', needs('root', '/dev/fuse'), (_, makeRoot, defaultPermissions) => {
  afterEach(endMemoryMounts);

  test.each(COMMANDS)('notices each time: %s', async (command) => {
    const mounted = await mountMemory(makeRoot(ENTRIES), { defaultPermissions, longestCaching: LONGEST });
    for (const counts of await countRepeated(mounted, command)) expect(counts).toBeGreaterThan(0);
  });
});

describe('a mount', needs('root', '/dev/fuse'), () => {
  afterEach(endMemoryMounts);

  test('notices a program that stays in a folder and reads the same file again and again', async () => {
    const mounted = await mountMemory(folder(ENTRIES), { longestCaching: LONGEST });
    const loop = `cd "$1/folder"; while read; do cat notes; echo; done`;
    const child = spawn('bash', ['-ec', loop, 'bash', mounted.path], { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const counts: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      const before = mounted.accesses;
      child.stdin.write('\n');
      expect((await lines.next()).value).toBe('notes');
      counts.push(mounted.accesses - before);
      await sleep(LATER);
    }
    child.stdin.end();
    await once(child, 'exit');
    for (const count of counts) expect(count).toBeGreaterThan(0);
  });

  test('lets the kernel answer from memory as long as it likes where nobody wants to know', async () => {
    const mounted = await mountMemory(folder(ENTRIES));
    expect(await countRepeated(mounted, 'cat "$1/folder/notes"')).toEqual([0, 0]);
  });

  test('takes no notice of those who only ask how full it is', async () => {
    const mounted = await mountMemory(folder(ENTRIES), { longestCaching: LONGEST });
    expect(await countRepeated(mounted, 'stat -f "$1"')).toEqual([0, 0]);
  });
});

/** How many accesses the command made the second and the third time, some time after the first. */
async function countRepeated(mounted: MemoryMount, command: string): Promise<number[]> {
  await scriptOutput(command, [mounted.path]);
  const counts: number[] = [];
  for (let round = 0; round < 2; round += 1) {
    await sleep(LATER);
    const before = mounted.accesses;
    await scriptOutput(command, [mounted.path]);
    counts.push(mounted.accesses - before);
  }
  return counts;
}
