import { describe, expect, test } from 'vitest';
import { EntryKind } from '../../entry-kind.ts';
import type { Directory } from '../../mount/node.ts';
import {
  MemoryReporter,
  MemoryRepository,
  makeSnapshot,
} from '../../mount/view/testing/memory-repository.ts';
import { snapshotDirectory } from '../../mount/view/view.ts';
import { RecordingStream } from '../testing/streams.ts';
import { longFormat, plainFormat } from './entry-format.ts';
import { listEntries } from './list-entries.ts';
import { Output } from './output.ts';

const never = new AbortController().signal;

function makeRoot(): Directory {
  const repository = new MemoryRepository();
  const inner = repository.addTree([{ name: 'deep', text: 'x' }]);
  const folder = repository.addTree([
    { name: 'empty', tree: repository.addTree([]) },
    { name: 'inner', tree: inner },
  ]);
  const tree = repository.addTree([
    { name: 'a', text: 'abc' },
    { name: 'broken', tree: new Uint8Array(32).fill(7) },
    { name: 'folder', tree: folder },
    { name: 'link', kind: EntryKind.Symlink, linkTarget: Buffer.from('a') },
  ]);
  const options = { ownership: { ownerRoot: false } };
  return snapshotDirectory(repository, makeSnapshot({ tree }), options, new MemoryReporter());
}

async function list(recursive: boolean, format = plainFormat(false)) {
  const stream = new RecordingStream();
  const unreadable = await listEntries(makeRoot(), { format, recursive, output: new Output(stream) }, never);
  return { lines: stream.text.split('\n').slice(0, -1), unreadable };
}

describe('listEntries', () => {
  test('lists one folder', async () => {
    expect(await list(false)).toEqual({ lines: ['/a', '/broken', '/folder', '/link'], unreadable: 0 });
  });

  test('lists everything below, each folder before its entries, and counts what it could not read', async () => {
    expect(await list(true)).toEqual({
      lines: ['/a', '/broken', '/folder', '/folder/empty', '/folder/inner', '/folder/inner/deep', '/link'],
      unreadable: 1,
    });
  });

  test('reads attributes and link targets where the format asks for them', async () => {
    const { lines } = await list(false, longFormat(false));
    expect(lines[0]).toMatch(/^-.* {6}3 .* \/a$/);
    expect(lines[3]).toMatch(/^L.* \/link -> a$/);
  });

  test('ends with the signal', async () => {
    const controller = new AbortController();
    controller.abort(new Error('stop'));
    const options = {
      format: plainFormat(false),
      recursive: true,
      output: new Output(new RecordingStream()),
    };
    await expect(listEntries(makeRoot(), options, controller.signal)).rejects.toThrow('stop');
  });
});
