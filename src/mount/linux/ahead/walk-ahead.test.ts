import { describe, expect, test } from 'vitest';
import { damagedContent, file, folder, type MemoryDirectory } from '../../testing/memory-view.ts';
import { type DirectorySlot, InodeTable } from '../inode-table.ts';
import { WalkAhead } from './walk-ahead.ts';

const never = new AbortController().signal;
/** Of an entry of the root. */
const idOf = (entry: number) => ({ high: 1, low: entry });
const settled = () => new Promise((fulfil) => setImmediate(fulfil));

async function enter(root: MemoryDirectory): Promise<{ ahead: WalkAhead; slot: DirectorySlot }> {
  return { ahead: new WalkAhead(), slot: await new InodeTable(root).pin({ high: 0, low: 1 }, never) };
}

function numbered(files: number) {
  return folder(Array.from({ length: files }, (_, number) => [`${number + 100}`, file(`content ${number}`)]));
}

function textOf(ahead: WalkAhead, entry: number): string | undefined {
  const bytes = ahead.contentOf(idOf(entry));
  return bytes && Buffer.from(bytes).toString();
}

/** Reads files in their order, as a program does; returns which of them were prepared. */
async function readAll(ahead: WalkAhead, slot: DirectorySlot, entries: readonly number[]): Promise<number[]> {
  const prepared: number[] = [];
  for (const entry of entries) {
    const content = ahead.contentOf(idOf(entry));
    if (content === undefined) ahead.read(slot, entry);
    else {
      expect(Buffer.from(content).toString()).toBe(`content ${entry}`);
      ahead.gave(idOf(entry), 4096);
      prepared.push(entry);
    }
    await settled();
  }
  return prepared;
}

describe('WalkAhead', () => {
  const upTo = (end: number) => Array.from({ length: end }, (_, entry) => entry);

  test('has the next files ready for a program that reads them in their order', async () => {
    const { ahead, slot } = await enter(numbered(200));
    expect(await readAll(ahead, slot, upTo(200))).toEqual(upTo(200).slice(1));
  });

  test('prepares nothing for a program that jumps', async () => {
    const { ahead, slot } = await enter(numbered(200));
    const jumps = upTo(200).map((entry) => (entry * 89) % 200);
    expect((await readAll(ahead, slot, jumps)).length).toBeLessThan(5);
  });

  test('has the first files of the next folder ready for a program that has read many', async () => {
    const { ahead, slot } = await enter(folder({ a: numbered(20), b: numbered(20) }));
    const inodes = new InodeTable(slot.directory as MemoryDirectory);
    const listing = await slot.directory.list(never);
    const [a, b] = await Promise.all(
      ['a', 'b'].map((name) => inodes.pin(idOf(listing.find(Buffer.from(name))), never)),
    );
    const inside = (at: DirectorySlot, entry: number) => ({ high: at.number + 1, low: entry });
    for (const entry of upTo(20)) {
      const id = inside(a!, entry);
      if (ahead.contentOf(id) === undefined) ahead.read(a!, entry);
      else ahead.gave(id, 4096);
      await settled();
    }
    ahead.listed(b!, await b!.directory.list(never));
    await settled();
    expect(Buffer.from(ahead.contentOf(inside(b!, 0))!).toString()).toBe('content 0');
  });

  test('has the first folders of the next one on the way before the last ones are gone through', async () => {
    const part = () => folder(upTo(10).map((number) => [`${number}`, folder({})] as const));
    const parts = upTo(8).map(() => part());
    const root = folder(parts.map((directory, number) => [`${number}`, directory] as const));
    const ahead = new WalkAhead();
    const inodes = new InodeTable(root);
    const go = async (id: { high: number; low: number }) => {
      const slot = await inodes.pin(id, never);
      ahead.entered(slot);
      ahead.listed(slot, await slot.directory.list(never));
      await settled();
      return slot;
    };
    const preparedOnEntry: number[][] = [];
    for (const [number, directory] of parts.entries()) {
      preparedOnEntry.push([...directory.prepared]);
      const slot = await go(idOf(number));
      for (const inside of upTo(10)) await go({ high: slot.number + 1, low: inside });
    }
    // Until the window has grown they may be siblings by chance.
    expect(preparedOnEntry.slice(3)).toEqual(parts.slice(3).map(() => upTo(8)));
  });

  test('keeps a file until its end was read', async () => {
    const { ahead, slot } = await enter(numbered(3));
    ahead.read(slot, 0);
    await settled();
    ahead.gave(idOf(1), 4);
    expect(textOf(ahead, 1)).toBe('content 1');
    ahead.gave(idOf(1), 9);
    expect(textOf(ahead, 1)).toBeUndefined();
  });

  test('decodes while nobody asks, each file once', async () => {
    const { ahead, slot } = await enter(numbered(3));
    ahead.read(slot, 0);
    await settled();
    expect(textOf(ahead, 1)).toBe('content 1');
    expect([ahead.work(), ahead.work()]).toEqual([true, false]);
    expect(textOf(ahead, 2)).toBe('content 2');
  });

  test('leaves a file that is damaged to whoever opens it', async () => {
    const { ahead, slot } = await enter(
      folder({ a: file('fine'), b: file(damagedContent(9)), c: file('too') }),
    );
    ahead.read(slot, 0);
    await settled();
    expect([textOf(ahead, 1), textOf(ahead, 2)]).toEqual([undefined, 'too']);
  });

  test('keeps no more than 256 files that nobody asks for', async () => {
    const folders = upTo(10).map((number) => [`${number}`, numbered(100)] as const);
    const root = folder(folders);
    const ahead = new WalkAhead();
    const inodes = new InodeTable(root);
    const slots = await Promise.all(upTo(10).map((entry) => inodes.pin(idOf(entry), never)));
    for (const slot of slots) {
      for (const entry of upTo(9)) ahead.read(slot, entry);
      await settled();
    }
    let decoded = 0;
    while (ahead.work()) decoded++;
    expect(decoded).toBeLessThanOrEqual(256);
    const ready = slots.flatMap((slot) =>
      upTo(100).filter((entry) => ahead.contentOf({ high: slot.number + 1, low: entry }) !== undefined),
    );
    expect(ready.length).toBeGreaterThan(100);
    expect(ready.length).toBeLessThanOrEqual(256);
  });

  test('prepares nothing once it is stopped', async () => {
    const { ahead, slot } = await enter(numbered(3));
    ahead.read(slot, 0);
    await ahead.stop();
    ahead.read(slot, 1);
    await settled();
    expect(textOf(ahead, 2)).toBeUndefined();
  });
});
