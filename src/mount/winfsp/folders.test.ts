import { describe, expect, test } from 'vitest';
import type { Directory } from '../node.ts';
import { changingFolder, file, folder } from '../testing/memory-view.ts';
import { FolderTree, nameOf } from './folders.ts';

const never = new AbortController().signal;

async function find(directory: Directory, name: string, ignoreCase = true): Promise<string | undefined> {
  const found = await new FolderTree(directory).root.find(name, ignoreCase, never);
  return found && nameOf(found.listing, found.entry);
}

describe('a folder finds', () => {
  test('the name itself before one that differs in case', async () => {
    const directory = folder({ A: file(''), a: file(''), b: file('') });
    expect(await find(directory, 'a')).toBe('a');
    expect(await find(directory, 'A')).toBe('A');
    expect(await find(directory, 'B')).toBe('b');
    expect(await find(directory, 'B', false)).toBeUndefined();
    expect(await find(directory, 'c')).toBeUndefined();
  });

  test('each of the names that the view tells apart by its case, and no other by it', async () => {
    const names = ['Kelvin', '\u212aelvin', 'sınır', 'sinir', 'Straße', 'STRASSE', 'ᾳ', 'σ', '𐐨', '𐐀', 'İ'];
    const directory = folder(names.map((name) => [name, file('')] as const));
    for (const name of names) expect(await find(directory, name)).toBe(name);
    const others = { KELVIN: 'Kelvin', SıNıR: 'sınır', SINIR: 'sinir', STRAßE: 'Straße', ᾼ: 'ᾳ', Σ: 'σ' };
    for (const [name, found] of Object.entries(others)) expect(await find(directory, name)).toBe(found);
    for (const name of ['STRASSE\u0301', 'i', 'ΑΙ']) expect(await find(directory, name)).toBeUndefined();
  });

  test('none of many that were chosen to look alike, without looking at each', async () => {
    const alike: string[] = [];
    for (let number = 0; alike.length < 300; number++) {
      if ((unseededHash(`NAME ${number}`) & 1023) === 0) alike.push(`name ${number}`);
    }
    const [absent = '', ...names] = alike;
    const directory = folder(names.map((name) => [name, file('')] as const));
    const listing = await directory.list(never);
    let looks = 0;
    const counting = {
      ...listing,
      name: (entry: number) => {
        looks++;
        return listing.name(entry);
      },
    };
    directory.list = async () => counting;
    const { root } = new FolderTree(directory);
    expect(await root.find(absent, true, never)).toBeUndefined();
    looks = 0;
    expect(await root.find(absent, true, never)).toBeUndefined();
    expect(looks).toBeLessThan(100);
  });

  test('one of 200,000 names, and lets others have their turn meanwhile', async () => {
    const directory = folder(Array.from({ length: 200_000 }, (_, i) => [`Name ${i}`, file('')] as const));
    const tree = new FolderTree(directory);
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    const found = await tree.root.find('NAME 123456', true, never);
    clearInterval(timer);
    expect(found?.entry).toBe(123_456);
    expect(turns).toBeGreaterThan(10);
    expect(await find(directory, 'name 200000')).toBeUndefined();
  });

  test('what was added since to a folder that changes', async () => {
    const directory = changingFolder({ a: file('') });
    const tree = new FolderTree(directory);
    expect(await tree.root.find('NEW', true, never)).toBeUndefined();
    directory.set('new', file(''));
    expect(await tree.root.find('NEW', true, never)).toBeDefined();
    directory.remove('new');
    expect(await tree.root.find('NEW', true, never)).toBeUndefined();
  });

  test('the same folder again, and forgets when there are too many', async () => {
    const { root } = new FolderTree(folder({}));
    const some = folder({});
    const first = root.child(1, some);
    expect(root.child(1, folder({}))).toBe(first);
    for (let entry = 2; entry < 5000; entry++) root.child(entry, some);
    expect(root.child(1, some)).not.toBe(first);
  });
});

/** FNV-1a of 32 bits, folded: what somebody who chooses names can work out. */
function unseededHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash ^ (hash >>> 15);
}
