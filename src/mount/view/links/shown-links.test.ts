import { describe, expect, test } from 'vitest';
import { encodeReparseBuffer } from '../../../reparse/reparse-buffer.ts';
import type { ReparsePoint } from '../../../reparse/reparse-point.ts';
import { RepositoryError } from '../../../repo/errors.ts';
import type { WindowsAttributes } from '../../../repo/windows-attributes.ts';
import { blankAttributes } from '../../attributes.ts';
import { type Directory, EntryKind, type Symlink } from '../../node.ts';
import { walk } from '../../path-walker.ts';
import { childOf, listNames, never } from '../testing/list-names.ts';
import {
  type EntryLiteral,
  MemoryReporter,
  MemoryRepository,
  makeSnapshot,
} from '../testing/memory-repository.ts';
import { createSnapshotView, type NameOptions, snapshotDirectory } from '../view.ts';
import type { LinkOptions } from './link-options.ts';

const BLANK: WindowsAttributes = {
  fileAttributes: undefined,
  creationTime: undefined,
  securityDescriptor: undefined,
  reparsePoint: undefined,
};
const JUNCTION: WindowsAttributes = { ...BLANK, fileAttributes: 0x410 };

function link(linkTarget: string, windows?: WindowsAttributes): Omit<EntryLiteral, 'name'> {
  return { kind: EntryKind.Symlink, linkTarget: Buffer.from(linkTarget), windows };
}

/** Folders are objects, files texts, links made by link(). */
function addTree(repository: MemoryRepository, tree: object): Uint8Array {
  const entries = Object.entries(tree).map(([name, value]): EntryLiteral => {
    if (typeof value === 'string') return { name, text: value };
    return 'kind' in value ? { name, ...value } : { name, tree: addTree(repository, value) };
  });
  return repository.addTree(entries);
}

interface Options {
  readonly paths?: readonly string[];
  readonly policy?: LinkOptions['policy'];
  readonly names?: NameOptions;
}

function mountOf(tree: object, { paths = ['/src'], policy = 'by-origin', names }: Options = {}) {
  const repository = new MemoryRepository();
  const snapshot = makeSnapshot({ tree: addTree(repository, tree), paths });
  const links = { policy, folderLinks: 'junction' } as const;
  const options = { ownership: { ownerRoot: false }, links, names };
  const reporter = new MemoryReporter();
  const root = snapshotDirectory(repository, snapshot, options, reporter);
  return { root, repository, snapshot, options, reporter };
}

async function linkAt(root: Directory, path: string): Promise<Symlink> {
  const node = await walk(root, path, never);
  if (node.kind !== EntryKind.Symlink) throw new Error(`${path} is no link`);
  return node;
}

/** Its target, once it is sure that its size says how long that is, wherever it is asked. */
async function targetOf(root: Directory, path: string): Promise<string> {
  const node = await linkAt(root, path);
  const target = await node.target(never);
  const folder = (await walk(root, path.replace(/[^/]*$/, ''), never)) as Directory;
  const listing = await folder.list(never);
  const entry = listing.find(Buffer.from(path.replace(/^.*\//, '')));
  expect(node.attributes.size).toBe(target.length);
  expect(listing.attributes(entry, blankAttributes()).size).toBe(target.length);
  return Buffer.from(target).toString();
}

const WINDOWS = ['C:\\'];

describe('links in a snapshot', () => {
  test('of Windows lead to the copy in the snapshot, as it is spelled there', async () => {
    const { root } = mountOf({
      C: {
        Users: { Ärger: { 'Straße.txt': 'found' } },
        link: link('c:\\USERS\\äRGER\\straße.TXT', JUNCTION),
        gone: link('C:\\users\\ärger\\No\\Such', JUNCTION),
      },
    });
    expect(await targetOf(root, 'C/link')).toBe('../C/Users/Ärger/Straße.txt');
    expect((await walk(root, 'C/link', never, { follow: true })).kind).toBe(EntryKind.File);
    expect(await targetOf(root, 'C/gone')).toBe('../C/Users/Ärger/No/Such');
  });

  test('of Windows prefer the name that is spelled as they spell it', async () => {
    const { root } = mountOf({
      C: { A: {}, a: {}, link: link('C:\\a'), other: link('C:\\A') },
    });
    expect(await targetOf(root, 'C/link')).toBe('../C/a');
    expect(await targetOf(root, 'C/other')).toBe('../C/A');
  });

  test('of Windows are spelled behind other links, too', async () => {
    const { root } = mountOf({
      C: {
        Users: { Me: { Data: {} } },
        'Documents and Settings': link('C:\\users', JUNCTION),
        old: link('C:\\documents and settings\\me\\DATA', JUNCTION),
      },
    });
    expect(await targetOf(root, 'C/old')).toBe('../C/Documents and Settings/Me/Data');
    expect((await walk(root, 'C/old', never, { follow: true })).kind).toBe(EntryKind.Directory);
  });

  test('in loops and long chains end', async () => {
    const chain = Object.fromEntries(
      Array.from({ length: 60 }, (_, i) => [`l${i}`, link(`C:\\L${i + 1}\\x`, JUNCTION)]),
    );
    const { root, repository } = mountOf({
      C: { a: link('C:\\B\\x'), b: link('C:\\A\\x'), self: link('C:\\SELF\\self\\SELF'), ...chain },
    });
    expect(await targetOf(root, 'C/a')).toBe('../C/b/x');
    expect(await targetOf(root, 'C/self')).toBe('../C/self/self/SELF');
    repository.asked.trees = 0;
    expect(await targetOf(root, 'C/l0')).toBe('../C/l1/x');
    expect(repository.asked.trees).toBeLessThan(300);
    await expect(walk(root, 'C/a', never, { follow: true })).rejects.toMatchObject({ code: 'EINVAL' });
  });

  test('are what they are where a folder on their way cannot be read', async () => {
    const repository = new MemoryRepository();
    const tree = repository.addTree([
      { name: 'C', tree: repository.addTree([{ name: 'Bad', tree: new Uint8Array(32) }]) },
      { name: 'link', ...link('C:\\bad\\File') },
    ]);
    const options = { ownership: { ownerRoot: false } };
    const root = snapshotDirectory(repository, makeSnapshot({ tree }), options, new MemoryReporter());
    expect(await targetOf(root, 'link')).toBe('C/Bad/File');
  });

  test('are not made up while the storage is away', async () => {
    const { root, repository } = mountOf({ C: { deep: {} }, link: link('C:\\deep\\File') });
    const node = await linkAt(root, 'link');
    repository.treeFailure = new RepositoryError('unavailable', 'no disk');
    await expect(node.target(never)).rejects.toMatchObject({ code: 'EIO' });
    repository.treeFailure = undefined;
    expect(Buffer.from(await node.target(never)).toString()).toBe('C/deep/File');
  });

  test('stop waiting when whoever reads them does', async () => {
    const { root, repository } = mountOf({ C: { link: link('C:\\x\\y'), x: {} } });
    const node = await linkAt(root, 'C/link');
    repository.gate = new Promise(() => undefined);
    const stop = new AbortController();
    const target = node.target(stop.signal);
    stop.abort(new Error('enough'));
    await expect(target).rejects.toThrow('enough');
  });

  test('are listed without any folder being loaded for them', async () => {
    const tree = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`l${i}`, link(`C:\\d${i}\\x`)]));
    const { root, repository } = mountOf({ C: { many: tree } });
    const folder = (await walk(root, 'C/many', never)) as Directory;
    await folder.list(never);
    repository.asked.trees = 0;
    const listing = await folder.list(never);
    for (let entry = 0; entry < listing.end; entry++) {
      listing.attributes(entry, blankAttributes());
      expect((listing.node(entry) as Symlink).leadsToFolder).toBeUndefined();
    }
    expect(repository.asked.trees).toBeLessThanOrEqual(1);
  });

  test.each([
    ['lib', true],
    ['./lib/', true],
    ['file', false],
    ['..', true],
    ['.', true],
    // To know more, a folder would have to be loaded or a link be followed.
    ['lib/deeper', undefined],
    ['../src', undefined],
    ['/src', undefined],
    ['to file', undefined],
    ['missing', undefined],
  ])('to %j lead to a folder, as far as that is known: %j', async (target, expected) => {
    const tree = {
      src: { lib: { deeper: {} }, file: '', 'to file': link('file'), it: link(target) },
    };
    for (const system of ['posix', 'windows'] as const) {
      const { root } = mountOf(tree, { names: { system, backslash: 'percent' } });
      expect((await linkAt(root, 'src/it')).leadsToFolder).toBe(expected);
    }
  });

  test.each([
    ['stored', 'C:\\x', '/src/a', 'a\\b'],
    ['by-origin', '../C/x', '/src/a', 'a\\b'],
    ['rebase', '../C/x', '../src/a', 'a\\b'],
    ['contain', '../C/x', '../src/a', 'a\\b'],
  ] as const)('with the policy %s', async (policy, windows, absolute, literal) => {
    const tree = {
      C: { x: {}, windows: link('C:\\x', JUNCTION) },
      src: { a: '', absolute: link('/src/a'), literal: link('a\\b') },
    };
    const { root } = mountOf(tree, { policy });
    expect(await targetOf(root, 'C/windows')).toBe(windows);
    expect(await targetOf(root, 'src/absolute')).toBe(absolute);
    expect(await targetOf(root, 'src/literal')).toBe(literal);
  });

  test('are all of Windows in a snapshot that was made there', async () => {
    const tree = { C: { a: { b: '' }, link: link('a\\b'), file: link('a\\B') } };
    expect(await targetOf(mountOf(tree, { paths: WINDOWS }).root, 'C/link')).toBe('a/b');
    expect(await targetOf(mountOf(tree, { paths: WINDOWS }).root, 'C/file')).toBe('a/b');
    expect(await targetOf(mountOf(tree, { paths: ['/src', 'C:\\'] }).root, 'C/link')).toBe('a\\b');
  });

  test('stay within the folder of a snapshot that is mounted', async () => {
    const tree = {
      C: {
        Users: { me: { in: link('C:\\users\\ME\\Docs'), out: link('C:\\Windows'), docs: {} } },
        Windows: {},
      },
    };
    const { repository, snapshot, options } = mountOf(tree);
    const view = await createSnapshotView(
      repository,
      snapshot,
      'C/Users/me',
      options,
      new MemoryReporter(),
      never,
    );
    expect(await targetOf(view.root, 'in')).toBe('docs');
    expect(await targetOf(view.root, 'out')).toBe('C:/Windows');
  });

  test('do not resolve outside the snapshot when contained, whatever the folder holds', async () => {
    const tree = { src: { '%outside': {}, usr: {}, link: link('/usr/bin'), up: link('../../../usr') } };
    const { root } = mountOf(tree, { policy: 'contain' });
    expect(await targetOf(root, 'src/link')).toBe('%%outside/usr/bin');
    expect(await targetOf(root, 'src/up')).toBe('%%outside/usr');
    await expect(walk(root, 'src/link', never, { follow: true })).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('are files of their own where they show something of their place, though hard links', async () => {
    const twin = { links: 2, sourceInodeLow: 7 };
    const tree = {
      a: { link: { ...link('/a'), ...twin } },
      b: { deep: { link: { ...link('/a'), ...twin } } },
    };
    for (const [policy, isSame] of [
      ['by-origin', true],
      ['rebase', false],
    ] as const) {
      const { root } = mountOf(tree, { policy });
      const one = await linkAt(root, 'a/link');
      const other = await linkAt(root, 'b/deep/link');
      expect(one.attributes.inode === other.attributes.inode).toBe(isSame);
      const listing = await ((await childOf(root, 'a')) as Directory).list(never);
      expect(listing.hardLinked(0)).toBe(isSame);
    }
  });
});

describe('a reparse point in the backup', () => {
  const named = (substituteName: string) => ({ substituteName, printName: 'anything' });

  test.each<[what: string, point: ReparsePoint, shown: string, tag: number]>([
    ['junction', { kind: 'mount-point', ...named('\\??\\C:\\real') }, '../C/real', 0xa0000003],
    [
      'symbolic link',
      { kind: 'symlink', ...named('real\\x'), relative: true, reservedFlags: 0 },
      'real/x',
      0xa000000c,
    ],
    [
      'WSL link',
      { kind: 'wsl-symlink', target: Buffer.from('/usr/lit\\eral') },
      '/usr/lit\\eral',
      0xa000001d,
    ],
    [
      'app execution link',
      { kind: 'opaque', tag: 0x8000001b, guid: undefined, data: Uint8Array.of(1) },
      '../C/other',
      0x8000001b,
    ],
  ])('beats all else: a %s', async (_what, point, shown, tag) => {
    const windows = { ...JUNCTION, reparsePoint: encodeReparseBuffer(point) };
    const { root } = mountOf({ C: { link: link('C:\\other', windows) } });
    expect(await targetOf(root, 'C/link')).toBe(shown);
    const facts = (await linkAt(root, 'C/link')).storedFacts?.();
    expect(facts?.reparseTag).toEqual({ tag, source: 'stored' });
    expect(Buffer.from(facts!.target!).toString()).toBe('C:\\other');
    expect(facts?.reparsePoint).toEqual(new Uint8Array(windows.reparsePoint));
  });

  test('that is malformed counts as absent, and is named once', async () => {
    const windows = { ...JUNCTION, reparsePoint: Uint8Array.of(3, 0, 0, 0xa0, 9, 0, 0, 0) };
    const { root, reporter } = mountOf({ C: { link: link('C:\\other', windows) } });
    expect(await targetOf(root, 'C/link')).toBe('../C/other');
    expect(await targetOf(root, 'C/link')).toBe('../C/other');
    expect(reporter.warnings).toEqual(['The reparse point of "/C/link" cannot be read: its target counts']);
    const facts = (await linkAt(root, 'C/link')).storedFacts?.();
    expect(facts?.reparseTag).toEqual({ tag: 0xa0000003, source: 'inferred' });
  });

  test('of a kind that restic calls irregular is a link that says so and leads nowhere', async () => {
    const irregular = { ...link(''), irregular: true };
    const known = encodeReparseBuffer({ kind: 'mount-point', ...named('\\??\\C:\\real') });
    const data = Uint8Array.of(1);
    const app = encodeReparseBuffer({ kind: 'opaque', tag: 0x8000001b, guid: undefined, data });
    const tree = {
      C: {
        app: { ...irregular, windows: { ...BLANK, reparsePoint: app } },
        odd: irregular,
        known: { ...irregular, windows: { ...BLANK, reparsePoint: known } },
        real: {},
      },
    };
    for (const policy of ['by-origin', 'stored', 'contain'] as const) {
      const { root } = mountOf(tree, { policy });
      expect(await listNames((await childOf(root, 'C')) as Directory)).toEqual([
        'app',
        'known',
        'odd',
        'real',
      ]);
      expect(await targetOf(root, 'C/odd')).toBe('unsupported reparse point');
      expect(await targetOf(root, 'C/app')).toBe('unsupported reparse point IO_REPARSE_TAG_APPEXECLINK');
      expect(await targetOf(root, 'C/known')).toBe('../C/real');
      expect((await linkAt(root, 'C/odd')).storedFacts?.().irregular).toBe(true);
    }
  });
});

describe('the tag of a link of Windows', () => {
  test.each<[target: string, attributes: number | undefined, tag: number | undefined]>([
    ['C:\\x', 0x410, 0xa0000003],
    ['\\\\?\\Volume{01234567-89ab-cdef-0123-456789abcdef}\\', 0x410, 0xa0000003],
    ['C:\\x', 0x400, 0xa000000c],
    ['\\\\server\\share', 0x410, 0xa000000c],
    ['..\\x', 0x410, 0xa000000c],
    ['\\x', 0x410, 0xa000000c],
    ['C:\\x', undefined, undefined],
    ['C:\\x', 0x10, undefined],
    ['..\\x', undefined, 0xa000000c],
  ])('to %j with the attributes %o is inferred as %o', async (target, fileAttributes, tag) => {
    const windows = fileAttributes === undefined ? undefined : { ...BLANK, fileAttributes };
    const { root } = mountOf({ C: { link: link(target, windows) } }, { paths: WINDOWS });
    const facts = (await linkAt(root, 'C/link')).storedFacts?.();
    expect(facts?.reparseTag).toEqual(tag === undefined ? undefined : { tag, source: 'inferred' });
  });

  test('is that of a symbolic link where people say so', async () => {
    const { repository, snapshot } = mountOf({ link: link('C:\\x', JUNCTION) });
    const options = {
      ownership: { ownerRoot: false },
      links: { policy: 'rebase', folderLinks: 'symlink' } as const,
    };
    const root = snapshotDirectory(repository, snapshot, options, new MemoryReporter());
    const facts = (await linkAt(root, 'link')).storedFacts?.();
    expect(facts?.reparseTag).toEqual({ tag: 0xa000000c, source: 'inferred' });
  });
});
