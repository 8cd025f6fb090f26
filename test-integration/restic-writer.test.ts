/**
 * The repositories that tests write themselves, for what no restic on this machine can back up: real restic takes them
 * for its own, and ours shows all that is in them.
 */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from './support/fixtures.ts';
import { IRREGULAR, irregularSnapshot } from './support/foreign-snapshots/irregular-snapshot.ts';
import {
  foreignRepository,
  foreignSnapshots,
  irregularRepository,
} from './support/foreign-snapshots/repositories.ts';
import { type Mount, mount } from './support/mount.ts';
import { needs } from './support/require-tool.ts';
import { type Restic, resticOutput, restics, runRestic } from './support/restic.ts';
import { goShown } from './support/restic-writer/go-text.ts';
import { type FolderNode, type Node, nameBytes } from './support/restic-writer/node.ts';
import { sha256 } from './support/restic-writer/packs.ts';
import { writeRepository } from './support/restic-writer/write-repository.ts';
import { scriptOutput } from './support/run.ts';
import { snapmount } from './support/snapmount.ts';

describe.each(restics)('a repository of foreign snapshots beside $name', needs('restic'), (restic) => {
  let repository: string;
  beforeAll(async () => {
    repository = await foreignRepository();
  });

  test('is whole to restic, with every byte read', async () => {
    const said = await resticOutput(restic, repository, ['check', '--read-data']);
    expect(said).toContain('no errors were found');
  });

  test.each(foreignSnapshots)('holds every node of $hostname', async ({ hostname, tree }) => {
    const listed = await listByRestic(restic, repository, hostname);
    expect(listed).toEqual(kindsAndNames(tree));
    expect(listed.length).toBeGreaterThan(20);
  });

  // rewrite came with 0.15.
  test.each(restic.minor < 15 ? [] : foreignSnapshots)(
    'has the trees of $hostname written as restic writes them, byte by byte',
    async ({ hostname }) => {
      // Before it leaves anything out it writes each tree anew, and refuses where that makes another one.
      const args = ['rewrite', '--dry-run', '--exclude', '/no such name', '--host', hostname];
      await resticOutput(restic, repository, args);
    },
  );

  test('has the bytes that restic restores', async () => {
    const folder = await temporaryFolder();
    const include = ['--include', '/C/Users/me', '--include', '/C/Windows', '--include', '/D/backup'];
    const host = ['--host', 'windows', 'latest'];
    await resticOutput(restic, repository, ['restore', '--target', folder, ...include, ...host]);
    const found = (await scriptOutput('cd "$1" && find . -type f -printf "%P\\n"', [folder])).split('\n');
    const files = filesOf(foreignSnapshots[0].tree).filter(([path]) =>
      /^(C\/Users\/me|C\/Windows|D\/backup)\//.test(path),
    );
    expect(found.filter((line) => line !== '').sort()).toEqual(files.map(([path]) => path).sort());
    for (const [path, content] of files) {
      expect((await readFile(join(folder, path))).equals(content), path).toBe(true);
    }
  });

  test('may hold irregular nodes, which are all that restic finds wrong with it', async () => {
    const irregular = await irregularRepository();
    const { code, stdout, stderr } = await runRestic(restic, irregular, ['check', '--read-data']);
    expect(code).toBe(1);
    const complaints = `${stdout}${stderr}`.split('\n').filter((line) => /node|pack |index /i.test(line));
    const expected = IRREGULAR.map((name) => `node "${name}" with invalid type "irregular"`);
    expect(complaints.map((line) => line.replace(/^ *tree [0-9a-f]{64}: /, '')).sort()).toEqual(expected);
    const listed = await listByRestic(restic, irregular, 'irregular');
    expect(listed).toEqual(kindsAndNames(irregularSnapshot.tree));
  });
});

describe('a written repository', () => {
  test.each(foreignSnapshots)('has what the links of $hostname lead to', ({ links, tree }) => {
    const paths = new Set(['', ...pathsOf(tree)]);
    const ends = links.flatMap(({ leadsTo }) => (typeof leadsTo === 'string' ? [] : [leadsTo.path]));
    expect(ends.filter((path) => !paths.has(path))).toEqual([]);
    expect(ends.length).toBeGreaterThan(5);
  });

  test('is the same from the same seed, and another from another', async () => {
    const folder = await temporaryFolder();
    const write = async (name: string, seed: string) => {
      await writeRepository(join(folder, name), [irregularSnapshot], seed);
      return filesIn(join(folder, name));
    };
    const first = await write('first', 'one');
    expect(await write('second', 'one')).toEqual(first);
    const other = await write('third', 'two');
    expect(other.length).toBe(first.length);
    expect(other.filter((line) => first.includes(line))).toEqual([]);
  });
});

describe('snapmount and foreign snapshots', () => {
  let repository: string;
  beforeAll(async () => {
    repository = await foreignRepository();
  });

  test.each(foreignSnapshots)('ls lists every node of $hostname', async ({ hostname, tree }) => {
    const listed = await listByOurs(repository, hostname);
    expect(listed.map(withoutMarks).sort()).toEqual(kindsAndNames(tree).map(withoutMarks).sort());
  });
});

describe('a mount of foreign snapshots', needs('/dev/fuse'), () => {
  let mounted: Mount;
  beforeAll(async () => {
    mounted = await mount(await foreignRepository());
  });

  test.each(foreignSnapshots)('gives the bytes of every file of $hostname', async ({ hostname, tree }) => {
    const shown = join(mounted.path, 'hosts', hostname, 'latest');
    const sums = await scriptOutput('cd "$1" && find . -type f -exec sha256sum --zero -- {} +', [shown]);
    const found = sums.split('\0').map((line) => line.slice(0, 64));
    expect(found.filter((sum) => sum !== '').sort()).toEqual(
      filesOf(tree)
        .map(([, content]) => sha256(content))
        .sort(),
    );
  });
});

/** What `restic ls` names, in its order: a folder, then what is in it. */
async function listByRestic(restic: Restic, repository: string, host: string): Promise<string[]> {
  return parse(await resticOutput(restic, repository, ['ls', '--json', '--host', host, 'latest']));
}

async function listByOurs(repository: string, host: string): Promise<string[]> {
  const args = ['-r', repository, 'ls', '--json', '--recursive', '--host', host, 'latest'];
  const { code, stdout, stderr } = await snapmount(args);
  expect(code, stderr).toBe(0);
  return parse(stdout);
}

interface Listed {
  readonly struct_type: string;
  readonly type: string;
  readonly name: string;
  /** Ours: base64 of what is no UTF-8. */
  readonly name_raw?: string;
}

function parse(lines: string): string[] {
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(Buffer.from(line, 'latin1').toString()) as Listed)
    .filter((entry) => entry.struct_type === 'node')
    .map(
      ({ type, name, name_raw }) =>
        `${type} ${name_raw === undefined ? name : goShown(Buffer.from(name_raw, 'base64'))}`,
    );
}

/** Alike for a name and for what is shown of it where it cannot be shown: `%`, and a number for the second of two. */
function withoutMarks(kindAndName: string): string {
  return kindAndName.replace(/(?<=.)%\d+$/, '').replace(/[\\/\0.]/g, '%');
}

function kindsAndNames(tree: FolderNode): string[] {
  return sorted(tree).flatMap(([name, node]) => [
    `${node.type} ${goShown(name)}`,
    ...(node.type === 'dir' ? kindsAndNames(node) : []),
  ]);
}

function pathsOf(tree: FolderNode, above = ''): string[] {
  return sorted(tree).flatMap(([name, node]) => {
    const path = `${above}${goShown(name)}`;
    return [path, ...(node.type === 'dir' ? pathsOf(node, `${path}/`) : [])];
  });
}

function filesOf(tree: FolderNode, above = ''): [path: string, content: Uint8Array][] {
  return sorted(tree).flatMap(([name, node]) => {
    const path = `${above}${Buffer.from(name).toString('latin1')}`;
    if (node.type === 'dir') return filesOf(node, `${path}/`);
    return node.type === 'file' ? [[path, node.content]] : [];
  });
}

function sorted({ entries }: FolderNode): (readonly [name: Uint8Array, node: Node])[] {
  return entries
    .map(([name, node]) => [nameBytes(name), node] as const)
    .sort(([a], [b]) => Buffer.compare(a, b));
}

async function filesIn(folder: string): Promise<string[]> {
  const sums = await scriptOutput('cd "$1" && find . -type f -exec sha256sum {} +', [folder]);
  return sums.trimEnd().split('\n').sort();
}
