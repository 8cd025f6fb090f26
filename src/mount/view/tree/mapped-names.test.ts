/** Folders of snapshots whose names are shown as Windows takes them, or found by another normal form. */

import { describe, expect, test } from 'vitest';
import { makeTreeEntry, TreeTableBuilder } from '../../../repo/tree-table-builder.ts';
import { EntryKind } from '../../node.ts';
import { readCopy } from '../../testing/read-copy.ts';
import { foldedHash } from '../names/case-folding.ts';
import { makeNameRule } from '../names/make-name-rule.ts';
import type { NameOptions } from '../names/name-rule.ts';
import { childOf, listNames, never } from '../testing/list-names.ts';
import {
  type EntryLiteral,
  MemoryReporter,
  MemoryRepository,
  makeSnapshot,
} from '../testing/memory-repository.ts';
import { snapshotDirectory } from '../view.ts';
import { canShowAsIs } from './shown-as-is.ts';
import { TreeListing } from './tree-listing.ts';

const WINDOWS: NameOptions = { system: 'windows', backslash: 'percent' };
const MAC: NameOptions = { system: 'posix', backslash: 'percent', anyNormalForm: true };
const rule = makeNameRule(WINDOWS);

function rootOf(entries: readonly EntryLiteral[], names: NameOptions | undefined) {
  const repository = new MemoryRepository();
  const reporter = new MemoryReporter();
  const snapshot = makeSnapshot({ tree: repository.addTree(entries) });
  return {
    root: snapshotDirectory(repository, snapshot, { ownership: { ownerRoot: false }, names }, reporter),
    reporter,
  };
}

/** What is shown, each name with the text of its file. */
async function contentsOf({ root }: ReturnType<typeof rootOf>): Promise<Record<string, string>> {
  const listing = await root.list(never);
  const contents: Record<string, string> = {};
  for (let entry = 0; entry < listing.end; entry++) {
    const name = listing.name(entry);
    expect(listing.find(name)).toBe(entry);
    const node = listing.node(entry);
    if (node.kind !== EntryKind.File) continue;
    const open = await node.open(never);
    contents[Buffer.from(name).toString()] = Buffer.concat(
      await readCopy(open, 0, open.size, never),
    ).toString();
  }
  return contents;
}

describe('TreeDirectory with names for Windows', () => {
  test('maps what Windows cannot hold, and leaves the rest', async () => {
    const made = rootOf(
      ['a:b', 'a\\b', 'file:stream', 'nul', 'plain', Buffer.from('caf\xe9', 'latin1')].map((name) => ({
        name,
        text: `of ${name}`,
      })),
      WINDOWS,
    );
    expect(await contentsOf(made)).toEqual({
      'a\uf03ab': 'of a:b',
      'a%b': 'of a\\b',
      'file\uf03astream': 'of file:stream',
      'nu\uf06c': 'of nul',
      plain: 'of plain',
      'caf\uf0e9': 'of caf\ufffd',
    });
  });

  test('tells once which names are shown as which', async () => {
    const { root, reporter } = rootOf(
      ['a?', 'b?', 'c?', 'd?', 'e'].map((name) => ({ name })),
      WINDOWS,
    );
    await root.list(never);
    await root.list(never);
    expect(reporter.warnings).toEqual([
      '"/" has 4 names that cannot be shown as stored: "a?" is "a\uf03f", "b?" is "b\uf03f", "c?" is "c\uf03f" and 1 more',
    ]);
  });

  test('numbers names that differ only in case, or are mapped to the same', async () => {
    const made = rootOf(
      ['README', 'Readme', 'readme', 'a%b', 'A/B', 'a\\b', 'ÜBER', 'über'].map((name) => ({
        name,
        text: name,
      })),
      WINDOWS,
    );
    expect(await contentsOf(made)).toEqual({
      README: 'README',
      'Readme%2': 'Readme',
      'readme%3': 'readme',
      'a%b': 'a%b',
      'A%B%2': 'A/B',
      'a%b%3': 'a\\b',
      ÜBER: 'ÜBER',
      'über%2': 'über',
    });
  });

  test('finds names as they are shown, in that case only', async () => {
    const { root } = rootOf([{ name: 'a:b' }, { name: 'Plain' }], WINDOWS);
    const listing = await root.list(never);
    for (const absent of ['a:b', 'A\uf03ab', 'plain']) expect(listing.find(Buffer.from(absent))).toBe(-1);
  });

  test('shows streams and backslashes as they are on POSIX systems', async () => {
    const made = rootOf(
      ['file:stream', 'a\\b', 'Nul', 'nul', 'x\\..\\y'].map((name) => ({ name, text: name })),
      undefined,
    );
    expect(await contentsOf(made)).toEqual({
      'file:stream': 'file:stream',
      'a\\b': 'a\\b',
      Nul: 'Nul',
      nul: 'nul',
      'x%..%y': 'x\\..\\y',
    });
    expect(made.reporter.warnings).toEqual([
      '"/" has a name that cannot be shown as stored: "x\\..\\y" is "x%..%y"',
    ]);
  });
});

describe('canShowAsIs', () => {
  test.each<[string, string[], boolean]>([
    ['none', [], true],
    ['one', ['a'], true],
    ['plain names in any case', ['Plain', 'README.md', 'Übermut', 'über'], true],
    ['letters that have no case', ['ß', 'ss', '日本', '😀'], true],
    ['a colon', ['a', 'b:c', 'd'], false],
    ['a device', ['a', 'aux'], false],
    ['two that differ in case', ['README', 'a', 'readme'], false],
    ['two that differ in the case of other letters', ['ÀB', 'àb'], false],
    ['a name of no folder', ['..'], false],
  ])('of %s, %j, is %j', async (_, names, expected) => {
    expect(await canShowAsIs(tableOf(names), rule, never)).toBe(expected);
  });

  test('finds two that differ in case among 100,000, and gives others their turn', async () => {
    const names = Array.from({ length: 100_000 }, (_, number) => `File ${number}.txt`);
    let turns = 0;
    let ended = false;
    const answers = Promise.all([
      canShowAsIs(tableOf(names), rule, never),
      canShowAsIs(tableOf([...names, 'fILE 77777.TXT']), rule, never),
    ]).finally(() => {
      ended = true;
    });
    while (!ended) {
      await new Promise(setImmediate);
      turns++;
    }
    expect(await answers).toEqual([true, false]);
    expect(turns).toBeGreaterThan(5);
  });

  test('ends when its caller does not wait any more', async () => {
    const names = Array.from({ length: 20_000 }, (_, number) => `${number}`);
    const leaving = new AbortController();
    const answer = canShowAsIs(tableOf(names), rule, leaving.signal);
    leaving.abort(new Error('gone'));
    await expect(answer).rejects.toThrow('gone');
  });

  test('gives up where names were chosen to look alike, and they are shown all the same', async () => {
    const alike: string[] = [];
    for (let number = 0; alike.length < 300; number++) {
      const name = Buffer.from(`Name ${number}`);
      if ((foldedHash(name, 0, name.length) & 1023) === 0) alike.push(name.toString());
    }
    expect(await canShowAsIs(tableOf(alike), rule, never)).toBe(false);
    const { root, reporter } = rootOf(
      alike.map((name) => ({ name })),
      WINDOWS,
    );
    expect((await listNames(root)).sort()).toEqual(alike.sort());
    expect(reporter.warnings).toEqual([]);
  });

  test('lets a folder of plain names be listed from its table', async () => {
    const { root } = rootOf([{ name: 'Some File.txt' }, { name: 'other' }], WINDOWS);
    expect(await root.list(never)).toBeInstanceOf(TreeListing);
    const { root: mapped } = rootOf([{ name: 'a:b' }], WINDOWS);
    expect(await mapped.list(never)).not.toBeInstanceOf(TreeListing);
  });
});

describe('TreeDirectory, where names are found by any normal form,', () => {
  const composed = 'Grüße'.normalize('NFC');
  const decomposed = 'Grüße'.normalize('NFD');

  test.each(['plain', 'renamed'])('finds them, exact ones first: %s', async (kind) => {
    const other = kind === 'plain' ? [] : [{ name: 'a/b' }];
    const { root } = rootOf(
      [{ name: composed }, { name: 'é'.normalize('NFC') }, { name: 'é'.normalize('NFD') }, ...other],
      MAC,
    );
    const listing = await root.list(never);
    const found = listing.find(Buffer.from(decomposed));
    expect(Buffer.from(listing.name(found)).toString()).toBe(composed);
    for (const form of ['NFC', 'NFD']) {
      const exact = listing.find(Buffer.from('é'.normalize(form)));
      expect(Buffer.from(listing.name(exact)).toString()).toBe('é'.normalize(form));
    }
  });

  test('and elsewhere by their bytes only', async () => {
    const { root } = rootOf([{ name: composed }], undefined);
    expect((await childOf(root, Buffer.from(composed).toString('latin1'))).kind).toBe(EntryKind.File);
    expect((await root.list(never)).find(Buffer.from(decomposed))).toBe(-1);
  });
});

function tableOf(names: readonly string[]) {
  const builder = new TreeTableBuilder();
  for (const name of names) builder.add(makeTreeEntry({ name: Buffer.from(name) }));
  return builder.finish();
}
