/** What every decoder promises: on this thread, on others, and with the portable tools. Threads run compiled code. */

import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { afterAll, describe, expect, test } from 'vitest';
import { RepositoryError } from '../../errors.ts';
import { type Memory, ownMemory } from '../../memory/memory.ts';
import { TreeTable } from '../../tree-table.ts';
import { copyMasterKey, type MasterKey, wipeMasterKey } from '../crypto/master-key.ts';
import { portableSuites } from '../crypto/portable-suite.ts';
import type { Decoder } from './decoder.ts';
import { toHex } from './hex.ts';
import { InlineDecoder } from './inline-decoder.ts';
import { decodeUnpacked } from './jobs.ts';
import { PoolDecoder } from './pool-decoder.ts';
import { createDecoder } from './select.ts';
import { chooseTools, disposeTools, loadTools } from './tools.ts';

const KEY: MasterKey = {
  encrypt: new Uint8Array(randomBytes(32)),
  macK: new Uint8Array(randomBytes(16)),
  macR: new Uint8Array(randomBytes(16)),
};
const sealer = portableSuites.create(KEY);
const SHARED_BYTES = 64 * 2 ** 20;
const never = new AbortController().signal;
const portable = { suite: 'portable', zstd: 'wasm', sha256: 'single' } as const;

const DATA = new Uint8Array(randomBytes(200_000));
const TEXT = new Uint8Array(Buffer.from('All work and no play makes a dull test. '.repeat(5000)));
const TREE = new Uint8Array(
  Buffer.from(
    '{"nodes":[{"name":"a","type":"file","mode":420,"mtime":"2026-01-02T03:04:05.678901234+02:00",' +
      '"atime":"2026-01-02T03:04:05+02:00","ctime":"2026-01-02T03:04:05+02:00","uid":1000,"gid":100,' +
      '"size":3,"links":1,"content":[]},{"name":"b","type":"dir","mode":2147484141,"mtime":' +
      '"2026-01-02T03:04:05Z","atime":"2026-01-02T03:04:05Z","ctime":"2026-01-02T03:04:05Z","uid":0,"gid":0,' +
      `"content":null,"subtree":"${'ab'.repeat(32)}"}]}\n`,
  ),
);
const INDEX = new Uint8Array(
  Buffer.from(
    `{"supersedes":["${'01'.repeat(32)}"],"packs":[{"id":"${'02'.repeat(32)}","blobs":[` +
      `{"id":"${'03'.repeat(32)}","type":"data","offset":0,"length":100,"uncompressed_length":200},` +
      `{"id":"${'04'.repeat(32)}","type":"tree","offset":100,"length":50}]}]}`,
  ),
);

interface Sealed {
  readonly sealed: Uint8Array<ArrayBuffer>;
  readonly id: Uint8Array;
  readonly length: number;
}

function compress(plain: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(execFileSync('zstd', ['-q', '-c', '-'], { input: plain }));
}

const COMPRESSED = new Map<Uint8Array, Uint8Array>(
  [TEXT, TREE, INDEX].map((plain) => [plain, compress(plain)]),
);

function sealBlob(plain: Uint8Array, compressed = false): Sealed {
  const sealed = sealer.seal(compressed ? COMPRESSED.get(plain)! : plain);
  return { sealed, id: sha256(plain), length: compressed ? plain.length : 0 };
}

/** As the blob reader does it: in memory of the decoder's choice. */
async function decodeBlob(
  decoder: Decoder,
  sealed: Uint8Array,
  id: Uint8Array,
  length: number,
  signal = never,
): Promise<Memory> {
  const memory = decoder.memoryFor(sealed.length, length);
  memory.bytes.set(sealed);
  return decoder.blob(memory, id, length, signal);
}

function sealFile(content: Uint8Array): { sealed: Uint8Array<ArrayBuffer>; fileId: string } {
  const sealed = sealer.seal(content);
  return { sealed, fileId: toHex(sha256(sealed)) };
}

function sha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(bytes).digest());
}

/** The blob as version 2 of the format writes files: encoding 2, then a zstd frame. */
function encoded(plain: Uint8Array): Uint8Array {
  return Buffer.concat([Uint8Array.of(2), COMPRESSED.get(plain)!]);
}

type Make = () => Promise<Decoder>;
const DECODERS: readonly [string, Make][] = [
  ['InlineDecoder', async () => new InlineDecoder(await chooseTools(KEY))],
  ['InlineDecoder, portable', async () => new InlineDecoder(await loadTools(KEY, portable))],
  ['PoolDecoder, everything on threads', () => pool(chooseTools(KEY))],
  ['PoolDecoder, portable, everything on threads', () => pool(loadTools(KEY, portable))],
  ['PoolDecoder, everything on threads, no memory for all of them', () => pool(chooseTools(KEY), 300_000)],
  ['PoolDecoder', () => createDecoder(KEY, SHARED_BYTES)],
];

async function pool(tools: ReturnType<typeof chooseTools>, sharedBytes = SHARED_BYTES): Promise<Decoder> {
  return new PoolDecoder({ key: KEY, tools: await tools, threads: 2, sharedBytes, inlineBelow: 0 });
}

describe.each(DECODERS)('%s', (_, make) => {
  let shared: Promise<Decoder> | undefined;
  const decoder = (): Promise<Decoder> => {
    shared ??= make();
    return shared;
  };

  afterAll(async () => {
    await (await decoder()).close();
  });

  async function refusal(decode: (decoder: Decoder) => Promise<unknown>): Promise<RepositoryError> {
    const outcome = await decode(await decoder()).then(
      () => 'decoded',
      (error: unknown) => error,
    );
    expect(outcome).toBeInstanceOf(RepositoryError);
    return outcome as RepositoryError;
  }

  test.each([
    ['a blob', DATA, false],
    ['a compressed blob', TEXT, true],
    ['one byte', DATA.subarray(0, 1), false],
    ['a blob of nothing', new Uint8Array(0), false],
  ])('decodes %s', async (_, plain, compressed) => {
    const { sealed, id, length } = sealBlob(plain, compressed);
    const decoded = await decodeBlob(await decoder(), sealed, id, length);
    expect(Buffer.compare(decoded.bytes, plain)).toBe(0);
    decoded.free();
  });

  test('decodes several blobs of one piece, and gives nothing for what is damaged', async () => {
    const blobs = [sealBlob(DATA), sealBlob(TEXT, true), sealBlob(DATA), sealBlob(TEXT)];
    blobs[2]!.sealed[20]! ^= 1;
    const piece = new Uint8Array(Buffer.concat(blobs.map(({ sealed }) => sealed)));
    let offset = 0;
    const parts = blobs.map(({ sealed, id, length: uncompressedLength }) => {
      const part = { id: toHex(id), offset, length: sealed.length, uncompressedLength };
      offset += sealed.length;
      return part;
    });
    const decoded = (await (await decoder()).blobs(piece, parts, never)).map((bytes) => bytes());
    expect(decoded.map((blob) => blob?.length)).toEqual([DATA.length, TEXT.length, undefined, TEXT.length]);
    expect(Buffer.compare(decoded[0]!, DATA)).toBe(0);
    expect(Buffer.compare(decoded[1]!, TEXT)).toBe(0);
  });

  test('decodes small ones of a piece, in whatever order they are asked for, and breaks nothing once it is closed', async () => {
    const own = await make();
    const texts = ['one', 'two', 'three', 'damaged'].map((text) => new Uint8Array(Buffer.from(text)));
    const blobs = texts.map((text) => sealBlob(text));
    blobs[3]!.sealed[20]! ^= 1;
    const sealed = new Uint8Array(Buffer.concat(blobs.map((blob) => blob.sealed)));
    let offset = 0;
    const parts = blobs.map((blob) => {
      const part = { id: toHex(blob.id), offset, length: blob.sealed.length, uncompressedLength: 0 };
      offset += part.length;
      return part;
    });
    const later = await own.blobs(sealed, parts, never);
    expect([2, 0, 3].map((place) => later[place]!()?.toString())).toEqual([
      texts[2]!.toString(),
      texts[0]!.toString(),
      undefined,
    ]);
    await own.close();
    // Decoded before, or not any more.
    expect([undefined, texts[1]!.toString()]).toContain(later[1]!()?.toString());
  });

  test('decodes a part of a larger buffer, which stays whole', async () => {
    const { sealed, id, length } = sealBlob(DATA);
    const pack = new Uint8Array(sealed.length + 100).fill(0xaa);
    const part = { bytes: pack.subarray(60, 60 + sealed.length), free: () => undefined };
    part.bytes.set(sealed);
    const decoded = await (await decoder()).blob(part, id, length, never);
    expect(Buffer.compare(decoded.bytes, DATA)).toBe(0);
    expect(pack.subarray(0, 60).every((byte) => byte === 0xaa)).toBe(true);
  });

  test('gives the id only, not the column that it is a view of, to another thread', async () => {
    const { sealed, id } = sealBlob(DATA);
    const column = new Uint8Array(32 * 1000);
    column.set(id, 32 * 500);
    const decoded = await decodeBlob(await decoder(), sealed, column.subarray(32 * 500, 32 * 501), 0);
    expect(decoded.bytes.length).toBe(DATA.length);
    expect(column.length).toBe(32_000);
  });

  test('decodes trees, compressed or not', async () => {
    for (const compressed of [false, true]) {
      const { sealed, id, length } = sealBlob(TREE, compressed);
      const table = await (await decoder()).tree(sealed, id, length, never);
      expect(table).toBeInstanceOf(TreeTable);
      expect([table.length, Buffer.from(table.name(1)).toString()]).toEqual([2, 'b']);
      expect(toHex(table.subtree(1))).toBe('ab'.repeat(32));
    }
  });

  test('decodes index files of both versions of the format', async () => {
    for (const content of [INDEX, encoded(INDEX)]) {
      const { sealed, fileId } = sealFile(content);
      const columns = await (await decoder()).index(sealed, fileId, never);
      expect(columns.supersedes).toEqual(['01'.repeat(32)]);
      expect(toHex(columns.blobIds)).toBe('03'.repeat(32) + '04'.repeat(32));
      expect([...columns.uncompressedLengths]).toEqual([200, 0]);
    }
  });

  test('decodes other files of both versions of the format', async () => {
    for (const content of [TREE, encoded(TREE)]) {
      const { sealed, fileId } = sealFile(content);
      expect(Buffer.compare(await (await decoder()).unpacked(sealed, fileId, never), TREE)).toBe(0);
    }
  });

  test('refuses a blob that is not authentic, naming it', async () => {
    const { sealed, id } = sealBlob(DATA);
    sealed[1000]! ^= 1;
    const error = await refusal((decoder) => decodeBlob(decoder, sealed, id, 0));
    expect(error.code).toBe('damaged');
    expect(error.message).toBe(`Blob ${toHex(id)}: its bytes are not authentic (the MAC does not match)`);
  });

  test('refuses a blob that is not the one of its id', async () => {
    const { sealed } = sealBlob(DATA);
    const error = await refusal((decoder) => decodeBlob(decoder, sealed, sha256(TEXT), 0));
    expect([error.code, error.message]).toEqual([
      'damaged',
      expect.stringContaining('does not match its id'),
    ]);
  });

  test.each([-1, 1])(
    'refuses a blob that is by %i bytes not as long as the index says',
    async (difference) => {
      const { sealed, id, length } = sealBlob(TEXT, true);
      const error = await refusal((decoder) => decodeBlob(decoder, sealed, id, length + difference));
      expect(error.code).toBe('damaged');
    },
  );

  test('refuses to decompress what is not compressed', async () => {
    const { sealed, id, length } = sealBlob(DATA);
    expect(length).toBe(0);
    expect((await refusal((decoder) => decodeBlob(decoder, sealed, id, 5))).code).toBe('damaged');
  });

  test('refuses a blob that is no tree, saying where', async () => {
    const { sealed, id, length } = sealBlob(TEXT, true);
    const error = await refusal((decoder) => decoder.tree(sealed, id, length, never));
    expect(error.code).toBe('damaged');
    expect(error.message).toMatch(/^Blob [0-9a-f]{64}: it is not what the format says: .* at byte 0$/);
  });

  test('refuses a file that is not the one of its name, before anything else', async () => {
    const { sealed } = sealFile(INDEX);
    const error = await refusal((decoder) => decoder.index(sealed, 'cd'.repeat(32), never));
    expect(error.message).toBe(`Index file ${'cd'.repeat(32)}: its bytes do not match its name`);
  });

  test('refuses a file that was sealed with another key', async () => {
    const other = portableSuites.create({ ...KEY, macK: new Uint8Array(16).fill(1) }).seal(INDEX);
    const error = await refusal((decoder) => decoder.unpacked(other, toHex(sha256(other)), never));
    expect([error.code, error.message]).toEqual(['damaged', expect.stringContaining('not authentic')]);
  });

  test.each([
    ['nothing', Uint8Array.of(), 'damaged', /it holds nothing/],
    ['an encoding of the future', Uint8Array.of(3, 1, 2), 'unsupported', /unknown encoding 3/],
    ['a broken frame', Uint8Array.of(2, 1, 2, 3), 'damaged', /zstd frame/],
  ])('refuses a file of %s', async (_, content, code, message) => {
    const { sealed, fileId } = sealFile(content);
    const error = await refusal((decoder) => decoder.unpacked(sealed, fileId, never));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
  });

  test('refuses an index that is none', async () => {
    const { sealed, fileId } = sealFile(TREE.slice(0, 50));
    expect((await refusal((decoder) => decoder.index(sealed, fileId, never))).code).toBe('damaged');
  });

  test('gives each of many callers at once what it asked for', async () => {
    const shared = await decoder();
    const plains = Array.from({ length: 120 }, (_, n) => DATA.subarray(n, n + 1 + ((n * 7919) % 90_000)));
    const decoded = await Promise.all(
      plains.map((plain, n) => {
        const { sealed, id } = sealBlob(plain);
        if (n % 10 !== 0) return decodeBlob(shared, sealed, id, 0);
        sealed[20]! ^= 1;
        return decodeBlob(shared, sealed, id, 0).catch((error: RepositoryError) => error.code);
      }),
    );
    for (const [n, plain] of plains.entries()) {
      const got = decoded[n]!;
      expect(typeof got === 'string' ? got : Buffer.compare(got.bytes, plain)).toBe(
        n % 10 === 0 ? 'damaged' : 0,
      );
    }
  });

  test("rejects with the signal's reason", async () => {
    const signal = AbortSignal.abort(new Error('Enough'));
    const { sealed, id } = sealBlob(DATA);
    const file = sealFile(INDEX);
    const shared = await decoder();
    await expect(decodeBlob(shared, sealed, id, 0, signal)).rejects.toBe(signal.reason);
    await expect(shared.tree(sealed, id, 0, signal)).rejects.toBe(signal.reason);
    await expect(shared.index(file.sealed, file.fileId, signal)).rejects.toBe(signal.reason);
    await expect(shared.unpacked(file.sealed, file.fileId, signal)).rejects.toBe(signal.reason);
  });

  test('is closed once for all, and says so afterwards', async () => {
    const own = await make();
    const { sealed, id } = sealBlob(DATA);
    const before = decodeBlob(own, sealed, id, 0);
    expect((await before).bytes.length).toBe(DATA.length);
    await own.close();
    await own.close();
    const small = sealBlob(DATA.subarray(0, 10));
    await expect(decodeBlob(own, small.sealed, small.id, 0)).rejects.toMatchObject({ code: 'lost' });
    const large = sealBlob(DATA);
    await expect(decodeBlob(own, large.sealed, large.id, 0)).rejects.toMatchObject({ code: 'lost' });
  });
});

describe('decodeUnpacked', () => {
  test('refuses a snapshot that grows beyond 64 MiB, compressed or not', async () => {
    const tools = await loadTools(KEY, { suite: 'native', zstd: 'libzstd', sha256: 'single' });
    const large = Buffer.alloc(64 * 2 ** 20 + 1, ' ');
    large[0] = 0x7b;
    const bomb = Buffer.concat([Uint8Array.of(2), compress(large)]);
    for (const sealed of [tools.suite.seal(bomb), tools.suite.seal(large)]) {
      const id = createHash('sha256').update(sealed).digest('hex');
      expect(() => decodeUnpacked(tools, sealed, id)).toThrow(/more than 67108864 bytes|too small/);
    }
    disposeTools(tools);
  });
});

describe('PoolDecoder', () => {
  test.each([
    ['native', 60_000, 150_000],
    ['portable', 2_000, 20_000],
  ] as const)('keeps small blobs on the calling thread (%s)', async (suite, small, large) => {
    const tools = await loadTools(KEY, { suite, zstd: 'libzstd', sha256: 'single' });
    const own = new PoolDecoder({ key: KEY, tools, threads: 1, sharedBytes: 0 });
    for (const [length, left] of [
      [small, small + 32],
      [large, 0],
    ] as const) {
      const { sealed, id } = sealBlob(DATA.subarray(0, length));
      await own.blob(ownMemory(sealed), id, 0, never);
      // What moves to another thread is gone from this one.
      expect(sealed.length).toBe(left);
    }
    await own.close();
  });
});

describe('PoolDecoder, with room for two blobs', () => {
  // Half as long when compressed, so that both forms are large enough to be shared.
  const HEX = new Uint8Array(Buffer.from(randomBytes(100_000).toString('hex')));
  COMPRESSED.set(HEX, compress(HEX));

  async function withRoom(): Promise<Decoder> {
    const tools = await chooseTools(KEY);
    return new PoolDecoder({ key: KEY, tools, threads: 1, sharedBytes: 450_000, inlineBelow: 0 });
  }

  function hasRoom(decoder: Decoder): boolean {
    const memory = decoder.memoryFor(210_000, 0);
    memory.free();
    return memory.bytes.buffer instanceof SharedArrayBuffer;
  }

  test('gives memory back with what is freed and what is refused, and moves blobs where it has none', async () => {
    const own = await withRoom();
    const good = [sealBlob(DATA), sealBlob(HEX, true)];
    const damaged = sealBlob(DATA);
    damaged.sealed[20]! ^= 1;
    const short = sealBlob(HEX, true);
    for (let round = 0; round < 3; round++) {
      const held: Memory[] = [];
      for (let n = 0; n < 5; n++) {
        const { sealed, id, length } = good[n % 2]!;
        held.push(await decodeBlob(own, sealed, id, length));
      }
      expect(hasRoom(own)).toBe(false);
      await expect(decodeBlob(own, damaged.sealed, damaged.id, 0)).rejects.toMatchObject({ code: 'damaged' });
      for (const [n, { bytes }] of held.entries()) {
        expect(Buffer.compare(bytes, n % 2 === 0 ? DATA : HEX)).toBe(0);
      }
      for (const memory of held) memory.free();
      await expect(decodeBlob(own, damaged.sealed, damaged.id, 0)).rejects.toMatchObject({ code: 'damaged' });
      await expect(decodeBlob(own, short.sealed, short.id, short.length + 1)).rejects.toMatchObject({
        code: 'damaged',
      });
      expect(hasRoom(own)).toBe(true);
    }
    await own.close();
  });

  test('gives memory to nobody else while a thread has it, though who asked has left', async () => {
    const own = await withRoom();
    const warm = sealBlob(DATA);
    (await decodeBlob(own, warm.sealed, warm.id, 0)).free();
    const leaving = new AbortController();
    const blobs = [sealBlob(DATA), sealBlob(DATA)];
    const left = blobs.map(({ sealed, id }) => decodeBlob(own, sealed, id, 0, leaving.signal));
    leaving.abort(new Error('gone'));
    // Time enough for whoever waits, and none for another turn, in which the thread's answers would come.
    for (let step = 0; step < 50; step++) await undefined;
    expect(hasRoom(own)).toBe(false);
    for (const each of left) await expect(each).rejects.toThrow('gone');
    expect(hasRoom(own)).toBe(true);
    await own.close();
  });
});

describe('createDecoder', () => {
  test('describes what it made', async () => {
    const [inline, one] = await Promise.all([createDecoder(KEY, 0, 0), createDecoder(KEY, 0, 1)]);
    expect(inline.description).toBe('OpenSSL, libzstd, no threads');
    // What the processor can do is said as well.
    expect(one.description).toMatch(/^OpenSSL, libzstd(, two blobs at a time)?, 1 thread$/);
    await Promise.all([inline.close(), one.close()]);
  });

  test('needs the key no longer than it takes to make the decoder, for threads that start later too', async () => {
    const key = copyMasterKey(KEY);
    const own = await createDecoder(key, 0, 3);
    wipeMasterKey(key);
    const blobs = Array.from({ length: 30 }, () => sealBlob(DATA));
    const decoded = await Promise.all(blobs.map(({ sealed, id }) => decodeBlob(own, sealed, id, 0)));
    expect(decoded.every(({ bytes }) => bytes.length === DATA.length)).toBe(true);
    await own.close();
  });
});
