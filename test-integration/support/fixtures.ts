/**
 * Repositories for tests, made by real restic. What takes long is made once and kept under `.cache/fixtures`,
 * by a name that changes with the scripts that make it.
 */

import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { makeQuickToOpen } from './repository-files.ts';
import { PASSWORD, type Restic, resticOutput } from './restic.ts';
import { output } from './run.ts';

export const projectFolder = join(import.meta.dirname, '..', '..');
const scripts = join(projectFolder, 'scripts', 'fixtures');
const cache = join(projectFolder, '.cache', 'fixtures');

export interface EveryKind {
  readonly repository: string;
  /** What was backed up: the newest snapshot of the host `gamma` holds it as `tree`. */
  readonly tree: string;
  /** What restic restored from that snapshot. */
  readonly restored: string;
}

/** The tools that `everyKind` needs. */
export const EVERY_KIND_NEEDS = [
  'root',
  'restic',
  'setfacl',
  'setfattr',
  'sqlite3',
  'git',
  'openssl',
  'perl',
];

/** A tree with every kind of node, and its repository in the given format version. Shared: don't change it. */
export async function everyKind(restic: Restic, version: 1 | 2): Promise<EveryKind> {
  const made = await cached(`every-kind-${restic.name.replace(' ', '-')}-v${version}`, (folder) =>
    output(join(scripts, 'every-kind-repository'), [folder, String(version)], {
      env: { RESTIC: restic.program, RESTIC_PASSWORD: PASSWORD },
    }),
  );
  return { repository: join(made, 'repository'), tree: join(made, 'tree'), restored: join(made, 'restored') };
}

/** A small repository of the test's own, quick to open, with one snapshot, which holds `folder/file` and `notes`. */
export async function smallRepository(restic: Restic): Promise<string> {
  const made = await cached(`small-${restic.name.replace(' ', '-')}`, async (folder) => {
    mkdirSync(join(folder, 'data', 'folder'), { recursive: true });
    await writeFile(join(folder, 'data', 'folder', 'file'), 'the file\n');
    await writeFile(join(folder, 'data', 'notes'), 'first\n');
    await resticOutput(restic, join(folder, 'repository'), ['init']);
    const backup = ['backup', '--host', 'here', '--time', '2020-01-01 00:00:00', 'folder', 'notes'];
    await resticOutput(restic, join(folder, 'repository'), backup, { cwd: join(folder, 'data') });
    await makeQuickToOpen(restic, join(folder, 'repository'));
  });
  const repository = join(await temporaryFolder(), 'repository');
  await cp(join(made, 'repository'), repository, { recursive: true });
  return repository;
}

export interface ReadableRepository {
  /** The test's own; its one snapshot holds `tree`. */
  readonly repository: string;
  /** What was backed up. Shared: don't change it. */
  readonly tree: string;
}

/** Some 150 files of up to 64 KiB, and `large` of 8 MiB: enough to keep programs reading for a while. */
export async function readableRepository(restic: Restic): Promise<ReadableRepository> {
  const made = await cached(`readable-${restic.name.replace(' ', '-')}`, async (folder) => {
    const tree = join(folder, 'tree');
    for (let number = 0; number < 150; number++) {
      const parent = join(tree, `folder ${number % 6}`, `${number % 5}`);
      mkdirSync(parent, { recursive: true });
      await writeFile(join(parent, `file ${number}`), randomBytes((number * 9973) % 65_536));
    }
    await writeFile(join(tree, 'large'), randomBytes(8 * 2 ** 20));
    await resticOutput(restic, join(folder, 'repository'), ['init']);
    await resticOutput(restic, join(folder, 'repository'), ['backup', 'tree'], { cwd: folder });
    await makeQuickToOpen(restic, join(folder, 'repository'));
  });
  const repository = join(await temporaryFolder(), 'repository');
  await cp(join(made, 'repository'), repository, { recursive: true });
  return { repository, tree: join(made, 'tree') };
}

const temporaryFolders: string[] = [];
afterAll(async () => {
  for (const folder of temporaryFolders) await rm(folder, { recursive: true, force: true });
});

/** A new folder that goes when the test file ends. Nothing may be mounted in it by then. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'snapmount-test-'));
  temporaryFolders.push(folder);
  return folder;
}

async function cached(name: string, make: (folder: string) => Promise<unknown>): Promise<string> {
  const folder = join(cache, `${name}-${scriptHash()}`);
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  await make(unfinished);
  renameSync(unfinished, folder);
  return folder;
}

function scriptHash(): string {
  const hash = createHash('sha256');
  for (const name of ['every-kind-tree', 'every-kind-repository'])
    hash.update(readFileSync(join(scripts, name)));
  return hash
    .update(readFileSync(import.meta.filename))
    .digest('hex')
    .slice(0, 12);
}
