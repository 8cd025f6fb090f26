/** Names that not every system takes, backed up by real restic and shown on real mounts by both rules. */

import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from './support/fixtures.ts';
import { foreignRepository, foreignSnapshots } from './support/foreign-snapshots/repositories.ts';
import { type Mount, mount } from './support/mount.ts';
import { makeQuickToOpen } from './support/repository-files.ts';
import { needs } from './support/require-tool.ts';
import { type Restic, resticOutput, restics } from './support/restic.ts';
import { snapmount } from './support/snapmount.ts';

/** Names as stored and, where they differ, as they are for Windows and for POSIX systems. A character is a byte. */
interface Name {
  readonly stored: string;
  readonly windows?: string;
  readonly posix?: string;
}

const NAMES: readonly Name[] = [
  { stored: 'plain.txt' },
  { stored: '.hidden' },
  { stored: '50%' },
  { stored: utf8('Grüße'.normalize('NFC')) },
  { stored: utf8('Grüße'.normalize('NFD')) },
  { stored: utf8('😀') },
  { stored: 'a:b', windows: utf8('a\uf03ab') },
  { stored: 'file:stream', windows: utf8('file\uf03astream') },
  { stored: '<"|?*>', windows: utf8('\uf03c\uf022\uf07c\uf03f\uf02a\uf03e') },
  { stored: 'tab\t, line\n', windows: utf8('tab\uf009, line\uf00a') },
  { stored: 'dot.', windows: utf8('dot\uf02e') },
  { stored: 'space ', windows: utf8('space\uf020') },
  { stored: '...', windows: utf8('\uf02e\uf02e\uf02e') },
  { stored: 'nul', windows: utf8('nu\uf06c') },
  { stored: 'COM1.txt', windows: utf8('COM\uf031.txt') },
  { stored: utf8('lpt²'), windows: utf8('lpt\uf0c2\uf0b2') },
  { stored: 'README' },
  { stored: 'Readme', windows: 'Readme%2' },
  { stored: 'readme', windows: 'readme%3' },
  { stored: utf8('ÜBER') },
  { stored: utf8('über'), windows: utf8('über%2') },
  { stored: 'a%c' },
  { stored: 'a\\c', windows: 'a%c%2' },
  { stored: '..\\up', windows: '..%up', posix: '..%up' },
  { stored: 'x\\..\\y', windows: 'x%..%y', posix: 'x%..%y' },
  { stored: 'caf\xe9', windows: utf8('caf\uf0e9') },
  { stored: '\xff\x80', windows: utf8('\uf0ff\uf080') },
  { stored: utf8('a\uf03ab'), windows: utf8('a\uf0ef\uf080\uf0bab') },
];
/** Each holds a file `in:ner`. */
const FOLDERS: readonly Name[] = [
  { stored: 'folder:1', windows: utf8('folder\uf03a1') },
  { stored: 'folder.', windows: utf8('folder\uf02e') },
];
const INNER: Name = { stored: 'in:ner', windows: utf8('in\uf03aner') };

const tools = needs('root', 'restic', '/dev/fuse');

describe.each(restics)('names that not every system takes, of $name,', tools, (restic) => {
  let repository: string;
  let nodes: number;
  beforeAll(async () => {
    repository = await oddRepository(restic);
    const listed = await resticOutput(restic, repository, ['ls', '--json', 'latest']);
    // The first line is the snapshot.
    nodes = listed.trimEnd().split('\n').length - 1;
  });

  test('are mapped for Windows, one by one, with the right contents', async () => {
    const mounted = await mount(repository, { args: ['--names', 'windows'] });
    const shown = filesBelow(mounted, 'snapshots/latest');
    expect(shown).toEqual(expectedFiles(({ stored, windows }) => windows ?? stored));
    expect(entriesBelow(mounted, 'snapshots/latest')).toHaveLength(nodes);
    for (const path of Object.keys(shown)) for (const part of path.split('/')) expectLegal(part);
    await mounted.unmount();
  });

  test('keep their backslashes as private characters where that is asked for', async () => {
    const mounted = await mount(repository, { args: ['--names', 'windows', '--backslash', 'private'] });
    const names = Object.keys(filesBelow(mounted, 'snapshots/latest/names'));
    expect(names).toEqual(expect.arrayContaining([utf8('a\uf05cc'), 'a%c', '..%up', 'x%..%y']));
    expect(names).toHaveLength(NAMES.length);
    await mounted.unmount();
  });

  test('are shown byte by byte on POSIX systems, but for those that lead up by a backslash', async () => {
    const mounted = await mount(repository);
    const shown = filesBelow(mounted, 'snapshots/latest');
    expect(shown).toEqual(expectedFiles(({ stored, posix }) => posix ?? stored));
    expect(entriesBelow(mounted, 'snapshots/latest')).toHaveLength(nodes);
    await mounted.unmount();
    expect(toldBy(mounted)).toEqual([
      expect.stringContaining(
        '/names" has 2 names that cannot be shown as stored: "..\\up" is "..%up", "x\\..\\y" is "x%..%y"',
      ),
    ]);
  });

  test('are told once a folder', async () => {
    const mounted = await mount(repository, { args: ['--names', 'windows', '--snapshot', 'latest'] });
    for (let time = 0; time < 2; time++) filesBelow(mounted, '.');
    await mounted.unmount();
    const inner = 'has a name that cannot be shown as stored: "in:ner" is "in\uf03aner"';
    expect(toldBy(mounted)).toEqual([
      '"/" has 2 names that cannot be shown as stored: "folder." is "folder\uf02e", "folder:1" is "folder\uf03a1"',
      `"/folder\uf02e" ${inner}`,
      `"/folder\uf03a1" ${inner}`,
      expect.stringMatching(/^"\/names" has 19 names .*: "\.\.\." is .* and 16 more$/),
    ]);
  });

  test('never hold a colon in the folders above the snapshots', async () => {
    const mounted = await mount(repository, { args: ['--names', 'windows'] });
    expect(readdirSync(join(mounted.path, 'snapshots'))).toEqual(['2020-01-01T00-00-00Z', 'latest']);
    expect(readdirSync(join(mounted.path, 'tags'))).toEqual(['daily-home']);
    expect(readdirSync(join(mounted.path, 'hosts'))).toEqual(['a\uf03fb']);
    expect(statSync(join(mounted.path, 'tags/daily-home/latest/names')).isDirectory()).toBe(true);
    await mounted.unmount();
  });

  test('are listed and found by ls and cat as a mount shows them', async () => {
    const listed = await snapmount(['-r', repository, 'ls', '--names=windows', '--recursive', 'latest']);
    expect(listed).toMatchObject({ code: 0 });
    const mounted = await mount(repository, { args: ['--names', 'windows', '--snapshot', 'latest'] });
    const shown = Object.keys(filesBelow(mounted, '.'));
    await mounted.unmount();
    expect(listed.stdout.split('\n')).toEqual(expect.arrayContaining(shown.map((path) => `/${path}`)));
    const read = await snapmount(['-r', repository, 'cat', '--names=windows', 'latest:names/nu\uf06c']);
    expect(read).toMatchObject({ code: 0, stdout: 'content of nul' });
    const stored = await snapmount(['-r', repository, 'cat', 'latest:names/nul']);
    expect(stored).toMatchObject({ code: 0, stdout: 'content of nul' });
  });
});

describe('backups of other systems', needs('/dev/fuse'), () => {
  test('are shown with names for Windows as with any others: each file, with its bytes', async () => {
    const repository = await foreignRepository();
    const posix = await mount(repository);
    const windows = await mount(repository, { args: ['--names', 'windows'] });
    for (const { hostname } of foreignSnapshots) {
      const place = `hosts/${hostname}/latest`;
      const contents = (mounted: Mount) => Object.values(filesBelow(mounted, place)).sort();
      expect(contents(windows), hostname).toEqual(contents(posix));
      const paths = entriesBelow(windows, place).map(({ path }) => path);
      expect(paths, hostname).toHaveLength(entriesBelow(posix, place).length);
      for (const path of paths) for (const part of path.split('/')) expectLegal(part);
      const inAnyCase = new Set(paths.map((path) => latin(path).toString().toLowerCase()));
      expect(inAnyCase.size, hostname).toBe(paths.length);
    }
    await windows.unmount();
    await posix.unmount();
  });
});

/** The lines about names, sorted by their folders. */
function toldBy(mounted: Mount): string[] {
  const messages = mounted
    .stderr()
    .trimEnd()
    .split('\n')
    .map((line) => String(JSON.parse(line).message));
  return messages.filter((message) => message.includes('cannot be shown as stored')).sort();
}

/** One snapshot of a folder with all the names, and of folders with names of that kind. */
async function oddRepository(restic: Restic): Promise<string> {
  const folder = await temporaryFolder();
  const data = join(folder, 'data');
  const write = (parent: string, name: string, content: string) => {
    mkdirSync(join(data, parent), { recursive: true });
    writeFileSync(latin(`${data}/${parent}/${name}`), content, 'latin1');
  };
  for (const { stored } of NAMES) write('names', stored, `content of ${stored}`);
  for (const { stored } of FOLDERS) write(stored, INNER.stored, `content of ${stored}`);
  const repository = join(folder, 'repository');
  await resticOutput(restic, repository, ['init']);
  const folders = ['names', ...FOLDERS.map(({ stored }) => stored)];
  const who = ['--host', 'a?b', '--tag', 'daily:home', '--time', '2020-01-01 00:00:00'];
  await resticOutput(restic, repository, ['backup', ...who, ...folders], { cwd: data });
  await makeQuickToOpen(restic, repository);
  return repository;
}

function expectedFiles(shown: (name: Name) => string): Record<string, string> {
  return Object.fromEntries([
    ...NAMES.map((name) => [`names/${shown(name)}`, `content of ${name.stored}`]),
    ...FOLDERS.map((name) => [`${shown(name)}/${shown(INNER)}`, `content of ${name.stored}`]),
  ]);
}

/** Every file below a folder of the mount, by its path from there, with its content. */
function filesBelow(mounted: Mount, below: string): Record<string, string> {
  const files = entriesBelow(mounted, below).filter(({ isFile }) => isFile);
  return Object.fromEntries(
    files.map(({ path }) => [path, readFileSync(placeOf(mounted, below, path), 'latin1')]),
  );
}

/** Everything below a folder of the mount, whatever it is. */
function entriesBelow(mounted: Mount, below: string, folder = ''): { path: string; isFile: boolean }[] {
  const place = placeOf(mounted, below, folder);
  return readdirSync(place, { withFileTypes: true, encoding: 'buffer' }).flatMap((entry) => {
    const path = folder + entry.name.toString('latin1');
    const inside = entry.isDirectory() ? entriesBelow(mounted, below, `${path}/`) : [];
    return [{ path, isFile: entry.isFile() }, ...inside];
  });
}

function placeOf({ path }: Mount, below: string, place: string): Buffer {
  return Buffer.concat([Buffer.from(`${path}/${below}/`), latin(place)]);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const REFUSED = /[\0-\x1f<>:"/\\|?*]|[. ]$|^(?:con|prn|aux|nul|com[1-9¹²³]|lpt[1-9¹²³]) *(?:\.|$)/i;

function expectLegal(part: string): void {
  const text = latin(part).toString();
  expect(latin(part).equals(Buffer.from(text)), `${text} is UTF-8`).toBe(true);
  expect(text).not.toMatch(REFUSED);
}

function latin(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

/** The text's bytes in UTF-8, a character each. */
function utf8(text: string): string {
  return Buffer.from(text).toString('latin1');
}
