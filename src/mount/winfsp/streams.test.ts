import { describe, expect, test } from 'vitest';
import { file, folder, symlink } from '../testing/memory-view.ts';
import { ownerOfStream, splitStream, streamName } from './streams.ts';

test.each([
  ['\\a\\b', '\\a\\b', undefined],
  ['\\a\\b:c', '\\a\\b', 'c'],
  ['\\a\\b:c:$DATA', '\\a\\b', 'c'],
  ['\\a\\b:c:$data', '\\a\\b', 'c'],
  ['\\a\\b::$DATA', '\\a\\b', undefined],
  ['\\a\\b:', '\\a\\b', undefined],
  ['\\a:b\\c', '\\a:b\\c', undefined],
  ['\\:c', '\\', 'c'],
])('the path %j asks for %j and the stream %j', (name, path, stream) => {
  expect(splitStream(name)).toEqual({ path, stream });
});

describe('an entry with a colon', () => {
  const facts = { fileAttributes: 0x20 };

  test.each([
    ['is the stream of a file from Windows', { a: file('', { facts }), 'a\uf03as': file('s') }, 0],
    ['is a file where the other is from another system', { a: file(''), 'a\uf03as': file('s') }, -1],
    ['is a file where there is no other', { b: file('', { facts }), 'a\uf03as': file('s') }, -1],
    ['is a link, if it is one', { a: file('', { facts }), 'a\uf03as': symlink('a') }, -1],
    ['has no stream without a name', { a: file('', { facts }), 'a\uf03a': file('s') }, -1],
    ['has no stream of nothing', { a: file('', { facts }), '\uf03as': file('s') }, -1],
  ])('%s', async (_what, entries, owner) => {
    const listing = await folder(entries).list(new AbortController().signal);
    expect(ownerOfStream(listing, 1)).toBe(owner);
    if (owner !== -1) expect(streamName(listing, 1)).toBe('s');
  });
});
