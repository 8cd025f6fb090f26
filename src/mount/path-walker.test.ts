import { describe, expect, test } from 'vitest';
import { FsError } from './errors.ts';
import { type Directory, EntryKind, type File, type Node } from './node.ts';
import { walk } from './path-walker.ts';
import { readCopy } from './testing/read-copy.ts';
import { MemoryReporter, MemoryRepository, makeSnapshot } from './view/testing/memory-repository.ts';
import { snapshotDirectory } from './view/view.ts';

const never = new AbortController().signal;

function link(name: string, target: string) {
  return { name, kind: EntryKind.Symlink, linkTarget: Buffer.from(target) };
}

/** /a/b/file, /a/b/up -> ../file, /a/file, links at the root. */
function makeRoot(): Directory {
  const repository = new MemoryRepository();
  const b = repository.addTree([
    { name: 'file', text: 'a/b/file' },
    link('up', '../file'),
    link('out', '../../../../a/file'),
  ]);
  const a = repository.addTree([
    { name: 'b', tree: b },
    { name: 'file', text: 'a/file' },
  ]);
  const tree = repository.addTree([
    { name: 'a', tree: a },
    { name: Buffer.from('\xff', 'latin1'), text: 'bytes' },
    link('absolute', '/a/b'),
    link('dangling', 'nowhere'),
    link('empty', ''),
    link('loop', 'loop'),
    link('slash', 'a/b/'),
    link('to-file-slash', 'a/file/'),
    ...Array.from({ length: 41 }, (_, i) => link(`chain${i}`, i === 0 ? 'a/file' : `chain${i - 1}`)),
  ]);
  const options = { ownership: { ownerRoot: false } };
  return snapshotDirectory(repository, makeSnapshot({ tree }), options, new MemoryReporter());
}

const root = makeRoot();

async function describeNode(node: Node): Promise<string> {
  if (node.kind !== EntryKind.File) return node === root ? 'root' : `kind ${node.kind}`;
  const open = await (node as File).open(never);
  return Buffer.concat(await readCopy(open, 0, open.size, never)).toString();
}

describe('walk', () => {
  test.each([
    ['', 'root'],
    ['/', 'root'],
    ['.', 'root'],
    ['..', 'root'],
    ['../../a/../..', 'root'],
    ['a', 'kind 1'],
    ['/a/', 'kind 1'],
    ['a/b/file', 'a/b/file'],
    ['//a/.//b/../file', 'a/file'],
    ['../a/file', 'a/file'],
    ['absolute', 'kind 3'],
    ['loop', 'kind 3'],
  ])('finds %j without following links', async (path, expected) => {
    expect(await describeNode(await walk(root, path, never))).toBe(expected);
  });

  test('takes names as bytes', async () => {
    const path = Buffer.from('/\xff', 'latin1');
    expect(await describeNode(await walk(root, path, never))).toBe('bytes');
    await expect(walk(root, '\ufffd', never)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test.each([
    ['a/none', 'ENOENT'],
    ['none/file', 'ENOENT'],
    ['a/file/', 'ENOTDIR'],
    ['a/file/.', 'ENOTDIR'],
    ['a/file/..', 'ENOTDIR'],
    ['a/file/x', 'ENOTDIR'],
    ['absolute/file', 'ENOTDIR'],
    ['absolute/', 'ENOTDIR'],
  ])('rejects %j with %s, naming the path', async (path, code) => {
    const failure = await walk(root, path, never).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(FsError);
    expect(failure).toMatchObject({ code, message: expect.stringContaining(`"${path}"`) });
  });

  test.each([
    ['absolute', 'kind 1'],
    ['absolute/file', 'a/b/file'],
    ['absolute/..', 'kind 1'],
    ['absolute/../file', 'a/file'],
    ['a/b/up', 'a/file'],
    ['a/b/out', 'a/file'],
    ['slash', 'kind 1'],
    ['slash/file', 'a/b/file'],
    ['chain39', 'a/file'],
  ])('follows links in %j when asked, and stays below the root', async (path, expected) => {
    expect(await describeNode(await walk(root, path, never, { follow: true }))).toBe(expected);
  });

  test.each([
    ['dangling', 'ENOENT'],
    ['empty', 'ENOENT'],
    ['loop', 'EINVAL'],
    ['chain40', 'EINVAL'],
    ['to-file-slash', 'ENOTDIR'],
    ['a/b/up/', 'ENOTDIR'],
  ])('rejects %j with %s when it follows links', async (path, code) => {
    await expect(walk(root, path, never, { follow: true })).rejects.toMatchObject({ code });
  });

  test('ends when it is aborted', async () => {
    await expect(walk(makeRoot(), 'a/b', AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
  });
});
