/** Names that are longer than most file systems take: 256 to 1024 bytes, as backups of other systems hold them. */

import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { file, folder } from '../src/mount/testing/memory-view.ts';
import { endMemoryMounts, type MemoryMount, mountMemory } from './support/memory-mount.ts';
import { needs } from './support/require-tool.ts';
import { output } from './support/run.ts';

const LENGTHS = [255, 256, 257, 511, 765, 1023, 1024];

describe('long names', needs('root', '/dev/fuse'), () => {
  let mounted: MemoryMount;
  beforeAll(async () => {
    const names = LENGTHS.map((length) => [nameOf(length), file(`content of ${length}`)]);
    const deep = folder({ [nameOf(1024)]: folder({ [nameOf(1000)]: file('deep') }) });
    mounted = await mountMemory(folder({ names: folder(Object.fromEntries(names)), deep }));
  });
  afterAll(endMemoryMounts);

  test('are listed whole', async () => {
    const listed = await output('ls', ['-U', join(mounted.path, 'names')]);
    expect(listed.trimEnd().split('\n')).toEqual(LENGTHS.map(nameOf));
    const found = await output('find', [
      join(mounted.path, 'names'),
      '-type',
      'f',
      '-size',
      '-2',
      '-printf',
      '%f %s\n',
    ]);
    expect(found.trimEnd().split('\n').sort()).toEqual(
      LENGTHS.map((length) => `${nameOf(length)} ${`content of ${length}`.length}`).sort(),
    );
  });

  test.each(LENGTHS)('of %d bytes are found and read', async (length) => {
    expect(await output('cat', [join(mounted.path, 'names', nameOf(length))])).toBe(`content of ${length}`);
  });

  test('lead to what is below them', async () => {
    expect(await output('cat', [join(mounted.path, 'deep', nameOf(1024), nameOf(1000))])).toBe('deep');
  });
});

function nameOf(length: number): string {
  return `${length}-`.padEnd(length, 'x');
}
