/** What the driver of the kernel protocol does besides what every driver does: it reads ahead for programs. */

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { damagedContent, file, folder } from '../src/mount/testing/memory-view.ts';
import { endMemoryMounts, mountMemory } from './support/memory-mount.ts';
import { needs } from './support/require-tool.ts';
import { output, run, script } from './support/run.ts';

describe('a program that goes through folders in order', needs('root', '/dev/fuse', 'tar'), () => {
  afterEach(endMemoryMounts);
  const content = (number: number) => `content of ${number}, `.repeat(1 + ((number * 7919) % 900));
  const numbered = (files: number, more: (number: number) => string = content) =>
    folder(Array.from({ length: files }, (_, number) => [`${number}`.padStart(4, '0'), file(more(number))]));

  test('gets most small files from what was read ahead, with their right bytes', async () => {
    const folders = { one: numbered(200), two: numbered(200), three: numbered(200) };
    const mounted = await mountMemory(folder(folders));
    const hashes = await script('cd "$1" && for f in */*; do sha256sum "$f"; done', [mounted.path]);
    const sum = (text: string) => createHash('sha256').update(text).digest('hex');
    const lines = ['one', 'three', 'two'].flatMap((name) =>
      Array.from(
        { length: 200 },
        (_, number) => `${sum(content(number))}  ${name}/${`${number}`.padStart(4, '0')}`,
      ),
    );
    expect(hashes.stdout.trimEnd().split('\n')).toEqual(lines);
    // Each once, but for those that were asked for before their turn came.
    for (const { givenTogether } of Object.values(folders)) {
      expect(givenTogether).toBeGreaterThan(150);
      expect(givenTogether).toBeLessThanOrEqual(200);
    }
  });

  test('is told of a file that cannot be read, and gets the others', async () => {
    const files = Array.from({ length: 50 }, (_, number) =>
      file(number === 20 ? damagedContent(5000) : 'fine'),
    );
    const names = files.map((node, number) => [`${number}`.padStart(2, '0'), node] as const);
    const mounted = await mountMemory(folder(names));
    const { code, stdout, stderr } = await run('sh', ['-c', 'cat "$1"/*', 'sh', mounted.path]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: 'fine'.repeat(49) });
    expect(stderr).toMatch(/20: Input\/output error/);
  });

  test('and looks at names only gets no attributes after a while, and whoever wants them gets them', async () => {
    const name = (number: number) => `${number}`.padStart(2, '0');
    const folders = Array.from({ length: 20 }, (_, number) => [name(number), numbered(10)] as const);
    const mounted = await mountMemory(folder(folders));
    const find = (...args: string[]) => output('find', [mounted.path, '-type', 'f', ...args]);
    const asked = async (path: string) => {
      const before = mounted.accesses;
      await output('test', ['-e', join(mounted.path, path)]);
      return mounted.accesses - before;
    };
    expect((await find()).trimEnd().split('\n')).toHaveLength(200);
    expect(await asked('00/0001')).toBe(0);
    expect(await asked('19/0001')).toBeGreaterThan(0);
    const sizes = folders.flatMap(([at]) =>
      Array.from(
        { length: 10 },
        (_, number) => `${at}/${`${number}`.padStart(4, '0')} ${content(number).length}`,
      ),
    );
    for (let round = 0; round < 3; round++) {
      const [listed, counted] = await Promise.all([find('-printf', '%P %s\\n'), find()]);
      expect(listed.trimEnd().split('\n')).toEqual(sizes);
      expect(counted.trimEnd().split('\n')).toHaveLength(200);
    }
  });

  test('may be one of several at once', async () => {
    const mounted = await mountMemory(folder({ one: numbered(300), two: numbered(300) }));
    const tar = () => output('sh', ['-c', 'tar -C "$1" -cf - . | sha256sum', 'sh', mounted.path]);
    const sums = await Promise.all([tar(), tar(), tar(), tar()]);
    expect(new Set(sums).size).toBe(1);
  });

  test('holds up neither the end of the mount nor anybody else when it is killed', async () => {
    const mounted = await mountMemory(numbered(2000));
    const reader = spawn('sh', ['-c', 'cat "$1"/*', 'sh', mounted.path], { stdio: 'ignore' });
    await expect.poll(() => mounted.accesses).toBeGreaterThan(20);
    mounted.abort();
    await mounted.closed;
    if (reader.exitCode === null) await once(reader, 'exit');
  });
});
