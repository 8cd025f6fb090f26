import { describe, expect, test } from 'vitest';
import { decodeReparseBuffer, encodeReparseBuffer } from '../../../reparse/reparse-buffer.ts';
import { ReparseTag } from '../../../reparse/reparse-tags.ts';
import { EntryKind } from '../../node.ts';
import { file, folder, special, symlink } from '../../testing/memory-view.ts';
import { kernelPath, linkBuffer, reparseBytesOf, reparseTagOf } from './reparse-bytes.ts';

const never = new AbortController().signal;

test.each([
  ['C:\\Users\\me', '\\??\\C:\\Users\\me'],
  ['C:/Users/me', '\\??\\C:\\Users\\me'],
  ['\\\\server\\share\\a', '\\??\\UNC\\server\\share\\a'],
  ['\\\\?\\C:\\a', '\\??\\C:\\a'],
  ['\\\\?\\UNC\\server\\share', '\\??\\UNC\\server\\share'],
  ['\\\\.\\C:\\a', '\\??\\C:\\a'],
  ['\\??\\C:\\a', '\\??\\C:\\a'],
  [
    '\\\\?\\Volume{01234567-89ab-cdef-0123-456789abcdef}\\',
    '\\??\\Volume{01234567-89ab-cdef-0123-456789abcdef}\\',
  ],
])('kernelPath of %j is %j', (target, expected) => {
  expect(kernelPath(target)).toBe(expected);
});

const { MountPoint, Symlink } = ReparseTag;

describe('linkBuffer', () => {
  test.each([
    [MountPoint, 'C:\\a', { kind: 'mount-point', substituteName: '\\??\\C:\\a', printName: 'C:\\a' }],
    [
      Symlink,
      'C:\\a',
      { kind: 'symlink', substituteName: '\\??\\C:\\a', printName: 'C:\\a', relative: false },
    ],
    [Symlink, '..\\a', { kind: 'symlink', substituteName: '..\\a', printName: '..\\a', relative: true }],
    [
      Symlink,
      '../a/b',
      { kind: 'symlink', substituteName: '..\\a\\b', printName: '..\\a\\b', relative: true },
    ],
    [Symlink, '\\Windows', { kind: 'symlink', substituteName: '\\Windows', relative: true }],
    [Symlink, '/usr/bin', { kind: 'symlink', substituteName: '\\usr\\bin', relative: true }],
    // Nothing that is relative can be a junction.
    [MountPoint, '..\\a', { kind: 'symlink', substituteName: '..\\a', relative: true }],
  ])('with tag %d and target %j says so', (tag, target, expected) => {
    expect(decodeReparseBuffer(linkBuffer(tag, target))).toMatchObject(expected);
  });
});

describe('a reparse point', () => {
  const stored = encodeReparseBuffer({
    kind: 'mount-point',
    substituteName: '\\??\\D:\\x',
    printName: 'other',
  });

  test('is what was stored, byte by byte, before anything else', async () => {
    const node = symlink('shown', { facts: { reparsePoint: stored, target: Buffer.from('D:\\x') } });
    expect(await reparseBytesOf(node, never)).toEqual(stored);
    expect(reparseTagOf(node.kind, node.storedFacts!())).toBe(MountPoint);
  });

  test('is made of the target where what was stored is broken', async () => {
    const node = symlink('shown', { facts: { reparsePoint: stored.subarray(1), target: Buffer.from('a') } });
    expect(decodeReparseBuffer((await reparseBytesOf(node, never))!)).toMatchObject({ substituteName: 'a' });
  });

  test('is made of what is shown where nothing is stored', async () => {
    expect(decodeReparseBuffer((await reparseBytesOf(symlink('../b'), never))!)).toMatchObject({
      kind: 'symlink',
      substituteName: '..\\b',
    });
  });

  test.each([
    [EntryKind.Fifo, 0x8000_0024],
    [EntryKind.CharDevice, 0x8000_0025],
    [EntryKind.BlockDevice, 0x8000_0026],
    [EntryKind.Socket, 0x8000_0023],
  ] as const)('of a special file of kind %d has tag %d', async (kind, tag) => {
    const bytes = Buffer.from((await reparseBytesOf(special(kind), never))!);
    expect([bytes.readUInt32LE(0), bytes.length]).toEqual([tag, 8]);
  });

  test('is none of a file or a folder, though it was one where it came from', async () => {
    const facts = { reparsePoint: stored };
    expect(await reparseBytesOf(file('content', { facts }), never)).toBeUndefined();
    expect(await reparseBytesOf(folder({}, { facts }), never)).toBeUndefined();
  });
});
