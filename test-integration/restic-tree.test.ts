/**
 * The mount against `restic mount` of the same repository: the same paths, types, modes, owners, sizes, link
 * targets and times. Where restic's own tree is broken, the test says how ours differs.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rmdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { beforeAll, describe, expect, test } from 'vitest';
import { EVERY_KIND_NEEDS, everyKind, temporaryFolder } from './support/fixtures.ts';
import { isMounted, mount } from './support/mount.ts';
import { needs } from './support/require-tool.ts';
import { CLEAN_ENVIRONMENT, PASSWORD, type Restic, resticOutput, restics } from './support/restic.ts';
import { output, scriptOutput } from './support/run.ts';

/** Hosts and tags that lead elsewhere than they should, times in several zones, two snapshots of one second. */
const BACKUPS: readonly { args: readonly string[]; zone?: string }[] = [
  { args: ['--host', 'h1', '--tag', 'a,b', '--time', '2020-12-31 00:00:01'] },
  { args: ['--host', 'h1', '--tag', 'x/y', '--time', '2021-01-01 00:00:01'] },
  { args: ['--host', 'h2', '--tag', 'x/y,..', '--time', '2021-01-01 00:00:01'], zone: 'UTC' },
  { args: ['--host', '../up', '--tag', '..', '--time', '2021-06-09 03:04:05'], zone: 'Asia/Kolkata' },
  { args: ['--host', 'a/b', '--tag', '.', '--time', '2021-11-09 12:04:05'], zone: 'America/St_Johns' },
  { args: ['--host', '../ids', '--time', '2022-01-03 16:02:03'] },
  // The time of the backup, to the nanosecond.
  { args: ['--host', 'now'] },
];

const TEMPLATES: readonly (readonly string[])[] = [
  [],
  ['--path-template', 's/%T', '--time-template', '2006/01/02'],
  ['--path-template', '%T/%h', '--path-template', '%T/%i', '--time-template', '2006/01'],
  ['--path-template', 'users/%u/%T', '--path-template', 'longids/%I', '--time-template', '06-1-2_3.04PM'],
  ['--path-template', 'b/%t-%u/%T', '--path-template', 'static/x', '--path-template', 'y/x-%x-%i'],
  ['--path-template', 'h/%h', '--path-template', 'h/%h/%T'],
  ['--path-template', 't/%T', '--time-template', 'Mon Jan _2 15:04:05.000000000 2006 -0700 Z07:00 __2'],
  ['--path-template', 't/%T', '--time-template', 'Monday, 02-January-06 15h04.999999 -07 MST'],
];

describe.each(restics)('A mount beside that of $name', needs('root', 'restic', 'find'), (restic) => {
  let repository: string;
  beforeAll(async () => {
    repository = await makeRepository(restic);
  });

  test.each(TEMPLATES.map((args) => ({ args })))('shows the same tree with $args', async ({ args }) => {
    const { theirs, ours } = await listBoth(restic, repository, args);
    expect(theirs.length).toBeGreaterThan(10);
    expect(ours).toEqual(theirs);
  });

  test('shows the same tree to root alone', async () => {
    const { theirs, ours } = await listBoth(restic, repository, ['--owner-root']);
    expect(ours).toEqual(theirs);
  });

  test('shows snapshots at the root, where restic shows only a link to nothing', async () => {
    const args = ['--path-template', '%T', '--time-template', '2006-01-02'];
    const { theirs, ours } = await listBoth(restic, repository, args);
    expect(theirs.filter((line) => line.includes('2020-12-31'))).toEqual([]);
    expect(ours.filter((line) => line.startsWith('2020-12-31 d 555 '))).toHaveLength(1);
    expect(ours).toEqual(expect.arrayContaining(theirs));
  });
});

/** restic takes fractions of a second before 1970 the wrong way, drops sticky bits (0.14), counts no links of a fifo. */
const RESTIC_IS_WRONG = /tree\/(times\/(1901|before-1970)|modes\/\w+-(1644|7777)|special\/fifo) /;

describe.each(restics)(
  'A mount of every kind of file beside that of $name',
  needs(...EVERY_KIND_NEEDS),
  (restic) => {
    test('shows the same tree, and what restic gets wrong as it was backed up', async () => {
      const { repository, tree } = await everyKind(restic, 2);
      const { theirs, ours } = await listBoth(restic, repository, [
        '--path-template',
        '%h',
        '--host',
        'gamma',
      ]);
      const isDoubtful = (line: string) => RESTIC_IS_WRONG.test(line);
      expect(theirs.length).toBeGreaterThan(2000);
      expect(ours.filter((line) => !isDoubtful(line))).toEqual(theirs.filter((line) => !isDoubtful(line)));
      const source = (await list(tree)).map((listed) =>
        toLine({ ...listed, path: `gamma/tree/${listed.path}` }),
      );
      expect(ours.filter(isDoubtful)).toHaveLength(7);
      expect(ours.filter(isDoubtful)).toEqual(source.filter(isDoubtful).sort());
    });
  },
);

async function makeRepository(restic: Restic): Promise<string> {
  const folder = await temporaryFolder();
  const repository = join(folder, 'repository');
  const source = join(folder, 'source');
  await mkdir(join(source, 'inner'), { recursive: true });
  await writeFile(join(source, 'inner', 'file'), 'content\n', { mode: 0o640 });
  await symlink('inner/file', join(source, 'link'));
  await utimes(join(source, 'inner', 'file'), 1, 1.5);
  await resticOutput(restic, repository, ['init']);
  for (const { args, zone } of BACKUPS) {
    const env = zone === undefined ? {} : { TZ: zone };
    await resticOutput(restic, repository, ['backup', ...args, 'source'], { cwd: folder, env });
  }
  return repository;
}

/** What `find` says of both mounts, a line a path, sorted. */
async function listBoth(restic: Restic, repository: string, args: readonly string[]) {
  const mounted = await mount(repository, { args });
  const ours = await list(mounted.path);
  await mounted.unmount();
  const theirs = await withResticMount(restic, repository, args, list);
  // restic dates the folders above the snapshots by its own start; a link count of 1 tells which they are.
  const undated = new Set(theirs.filter(({ links }) => links === '1').map(({ path }) => path));
  const toComparable = (listed: Listed) =>
    toLine(undated.has(listed.path) ? { ...listed, time: '' } : listed);
  return { ours: ours.map(toComparable).sort(), theirs: theirs.map(toComparable).sort() };
}

function toLine({ path, shown, time }: Listed): string {
  return `${path} ${shown} ${time}`;
}

interface Listed {
  readonly path: string;
  /** Type, mode and owner; size, link target and link count of what is not a folder. */
  readonly shown: string;
  /** Of folders; not compared, because restic's changes when the folder is listed. */
  readonly links: string | undefined;
  readonly time: string;
}

const FIELDS = ['%P', '%y', '%n', '%m %U:%G', '%s %l', '%T@'];

async function list(path: string): Promise<Listed[]> {
  const format = FIELDS.map((field) => `${field}\\0`).join('');
  const text = await scriptOutput(`cd "$1" && find . -mindepth 1 -printf '${format}'`, [path]);
  const fields = text.split('\0');
  const listed: Listed[] = [];
  for (let at = 0; at + FIELDS.length < fields.length; at += FIELDS.length) {
    const [name = '', type, links, access, content, time = ''] = fields.slice(at, at + FIELDS.length);
    const folder = type === 'd';
    listed.push({
      path: name,
      shown: folder ? `d ${access}` : `${type} ${access} ${links} ${content}`,
      links: folder ? links : undefined,
      time,
    });
  }
  return listed;
}

async function withResticMount<Result>(
  restic: Restic,
  repository: string,
  args: readonly string[],
  use: (path: string) => Promise<Result>,
): Promise<Result> {
  const path = await mkdtemp(join(tmpdir(), 'snapmount-restic-'));
  const child = spawn(restic.program, ['--no-cache', '--no-lock', '-r', repository, 'mount', ...args, path], {
    env: { ...process.env, ...CLEAN_ENVIRONMENT, RESTIC_PASSWORD: PASSWORD, TZ: 'UTC' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      if (line.startsWith('Now serving')) break;
    }
    child.stdout.resume();
    return await use(path);
  } finally {
    child.kill('SIGINT');
    await exited;
    // It gives up at once where somebody still looks.
    if (isMounted(path)) await output('umount', ['-l', path]);
    await rmdir(path);
  }
}
