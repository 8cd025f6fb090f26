/**
 * What every driver does the same, whatever system it is for: the same view, the same cases. A new driver is one entry
 * below support/conformance/. Prints a table of cases and drivers at the end.
 */

import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { countingContent } from '../src/mount/testing/memory-view.ts';
import { readCopy } from '../src/mount/testing/read-copy.ts';
import { ALL_CHANGES, type MountClient } from './support/conformance/client.ts';
import type { Started } from './support/conformance/driver-under-test.ts';
import { DRIVERS } from './support/conformance/drivers.ts';
import { ResultTable } from './support/conformance/table.ts';
import {
  HELLO,
  HUGE_SIZE,
  ISLANDS,
  MANY,
  MODIFIED,
  ODD_NAMES,
  SPARSE_SIZE,
  TREE,
} from './support/conformance/view.ts';
import { needs } from './support/require-tool.ts';

const GIB = 2 ** 30;
const MIB = 2 ** 20;

const results = new ResultTable(DRIVERS);
afterAll(() => void process.stdout.write(`\n${results.text()}\n`));

for (const driver of DRIVERS) {
  describe(`the driver ${driver.name}`, needs(...driver.needs), () => {
    let started: Started;
    let client: MountClient;
    let undo: (() => Promise<void>) | undefined;
    beforeAll(async () => {
      undo = await driver.prepare?.();
      started = await driver.start();
      client = started.client;
    });
    afterAll(async () => {
      await client.close();
      await started.unmount();
      await undo?.();
    });
    afterEach((context) => results.record(driver.name, context));

    test('lists every entry of every folder once', async () => {
      const found: Record<string, string> = {};
      const look = async (path: string): Promise<void> => {
        for (const name of await client.list(path)) {
          const below = path === '' ? name : `${path}/${name}`;
          expect(found).not.toHaveProperty([below]);
          const { kind } = await client.stat(below);
          found[below] = kind;
          if (kind === 'folder' && !['broken', 'odd', 'many'].includes(below)) await look(below);
        }
      };
      await look('');
      expect(found).toEqual(TREE);
    });

    test('lists a folder of 20,000 whole', async () => {
      const names = await client.list('many');
      expect(names.sort()).toEqual(Array.from({ length: MANY }, (_, number) => `n${number}`).sort());
    });

    test('tells kind, size and time', async () => {
      expect(await client.stat('hello')).toEqual({ kind: 'file', size: HELLO.length, modified: MODIFIED });
      expect(await client.stat('empty')).toMatchObject({ kind: 'file', size: 0 });
      expect(await client.stat('huge')).toMatchObject({ kind: 'file', size: HUGE_SIZE });
      expect(await client.stat('deep')).toMatchObject({ kind: 'folder', modified: MODIFIED });
      expect((await client.stat('link')).kind).toBe('link');
    });

    test('says what is missing, and what is no folder', async () => {
      for (const path of ['missing', 'deep/missing', 'missing/deeper', 'n0']) {
        await expect(client.stat(path)).rejects.toMatchObject({ code: 'ENOENT' });
        await expect(client.read(path, 0, 1)).rejects.toMatchObject({ code: 'ENOENT' });
      }
      await expect(client.stat('hello/below')).rejects.toMatchObject({ code: driver.belowFile });
      await expect(client.list('hello')).rejects.toMatchObject({ code: 'ENOTDIR' });
    });

    test.each([
      [0, 8],
      [1, 1],
      [4095, 4099],
      [131_071, 300_001],
      [4 * GIB - 3, 70_000],
      [5 * GIB, 4096],
      [HUGE_SIZE - 1, 1],
      [HUGE_SIZE, 10],
      [6 * GIB, 10],
    ])('reads at offset %d, %d bytes, what is there', async (offset, length) => {
      expect(hash(await client.read('huge', offset, length))).toBe(hash(await counted(offset, length)));
    });

    test('reads a sparse file of more than 4 GiB', async () => {
      expect((await client.stat('sparse')).size).toBe(SPARSE_SIZE);
      for (const [offset, text] of ISLANDS) {
        const start = Math.max(0, offset - 5000);
        const bytes = await client.read('sparse', start, 20_000);
        expect(Buffer.from(bytes.subarray(offset - start, offset - start + text.length)).toString()).toBe(
          text,
        );
        const zeros = Buffer.from(bytes).fill(0, offset - start, offset - start + text.length);
        expect(zeros.every((byte) => byte === 0)).toBe(true);
        expect(bytes.length).toBe(Math.min(20_000, SPARSE_SIZE - start));
      }
    });

    test('gives many readers at once the bytes that belong to each', async () => {
      const ranges = Array.from({ length: 32 }, (_, reader) => [reader * 150 * MIB + reader * 7, 300_000]);
      const read = await Promise.all(
        ranges.map(([offset = 0, length = 0]) => client.read('huge', offset, length)),
      );
      const small = await Promise.all(
        Array.from({ length: 200 }, (_, number) => client.read(`many/n${number * 15}`, 0, 100)),
      );
      for (const [reader, [offset = 0, length = 0]] of ranges.entries()) {
        expect(hash(read[reader])).toBe(hash(await counted(offset, length)));
      }
      expect(small.map((bytes) => Buffer.from(bytes).toString())).toEqual(
        Array.from({ length: 200 }, (_, number) => `number ${number * 15}`),
      );
    });

    test('shows where links lead, and follows them', async () => {
      expect(await client.target('link')).toBe('hello');
      expect(await client.target('dangling')).toBe('no/such/place');
      expect(Buffer.from(await client.read('link', 0, 100)).toString()).toBe(HELLO);
      expect(Buffer.from(await client.read('deep/up', 6, 100)).toString()).toBe('world');
      await expect(client.read('dangling', 0, 1)).rejects.toMatchObject({ code: 'ENOENT' });
      await expect(client.target('hello')).rejects.toMatchObject({ code: 'EINVAL' });
    });

    test('shows every odd name, and finds what is shown', async () => {
      const shown = ODD_NAMES.map((name) => driver.shownName(name));
      expect((await client.list('odd')).sort()).toEqual([...shown].sort());
      for (const [number, name] of shown.entries()) {
        // Text that stands for several names is no way to one of them.
        if (name.includes('\ufffd')) continue;
        expect(Buffer.from(await client.read(`odd/${name}`, 0, 100)).toString()).toBe(`odd ${number}`);
      }
    });

    test('gives an I/O error for what is damaged, and serves on', async () => {
      for (let round = 0; round < 2; round++) {
        await expect(client.read('damaged', 0, 10)).rejects.toMatchObject({ code: 'EIO' });
        await expect(client.list('broken')).rejects.toMatchObject({ code: 'EIO' });
        await expect(client.stat('broken/x')).rejects.toMatchObject({ code: 'EIO' });
        expect(Buffer.from(await client.read('hello', 0, 100)).toString()).toBe(HELLO);
      }
      expect(started.warnings).toEqual([]);
    });

    test.each(ALL_CHANGES)('refuses to %s as a read-only file system', async (change) => {
      const path = change === 'rmdir' ? 'deep' : 'hello';
      await expect(client.change(change, path)).rejects.toMatchObject({ code: 'EROFS' });
    });

    test('is busy while a file is open, which is read to its end when the mount is detached', async () => {
      const other = await driver.start();
      const held = await other.client.open('huge');
      expect(await other.unmountUnlessBusy()).toBe('busy');
      expect(Buffer.from(await other.client.read('hello', 0, 100)).toString()).toBe(HELLO);
      const ended = other.unmount();
      const isThere = () =>
        other.client.stat('hello').then(
          () => true,
          () => false,
        );
      while (await isThere()) await soon();
      const offset = 4 * GIB - 100_003;
      expect(hash(await held.read(offset, 3_000_000))).toBe(hash(await counted(offset, 3_000_000)));
      await held.close();
      await ended;
      await other.client.close();
      expect(other.warnings).toEqual([]);
    });

    test.each(['unmount', 'abort'] as const)(
      'ends by %s under load, and nobody gets a wrong byte',
      async (how) => {
        const other = await driver.start();
        const load = startLoad(other.client);
        await load.underWay;
        await other[how]();
        expect(await load.ended).toEqual({ wrong: 0, gaveUp: READERS });
        await other.client.close();
        expect(other.warnings).toEqual([]);
      },
    );
  });
}

function soon(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}

const READERS = 8;

/** Reads here and there until each reader meets an error, which the end of the mount gives it. */
function startLoad(client: MountClient): {
  readonly underWay: Promise<void>;
  readonly ended: Promise<{ wrong: number; gaveUp: number }>;
} {
  const outcome = { wrong: 0, gaveUp: 0 };
  let right = 0;
  let begin = (): void => {};
  const underWay = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const readOn = async (reader: number): Promise<void> => {
    for (let at = reader * MIB; ; at += 64 * MIB + 4097) {
      const offset = at % (5 * GIB);
      const bytes = await client.read('huge', offset, 200_000).catch(() => undefined);
      if (bytes === undefined) {
        outcome.gaveUp += 1;
        return;
      }
      if (hash(bytes) === hash(await counted(offset, 200_000))) right += 1;
      else outcome.wrong += 1;
      if (right >= 20) begin();
    }
  };
  const readers = Array.from({ length: READERS }, (_, reader) => readOn(reader));
  return { underWay, ended: Promise.all(readers).then(() => outcome) };
}

/** What the huge file holds there. */
async function counted(offset: number, length: number): Promise<Uint8Array> {
  const count = Math.max(0, Math.min(length, HUGE_SIZE - offset));
  const slices = await readCopy(countingContent(HUGE_SIZE), offset, count, new AbortController().signal);
  return Buffer.concat(slices);
}

function hash(bytes: Uint8Array | undefined): string {
  return createHash('sha256')
    .update(bytes ?? '')
    .digest('hex');
}
