import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { blankAttributes } from '../attributes.ts';
import { FsError } from '../errors.ts';
import type { OpenFile } from '../node.ts';
import {
  countingContent,
  damagedContent,
  file,
  folder,
  memoryView,
  stuckContent,
  symlink,
} from '../testing/memory-view.ts';
import type { Addon } from './addon.ts';
import { OpenFiles } from './open-files.ts';
import { BLANK_ANSWERS, type OperationName, type Requests } from './operations/requests.ts';
import { Paths } from './paths.ts';
import { RequestTable } from './request-table.ts';
import { ShortInodes } from './short-inodes.ts';

const NAMES = ['init', ...Object.keys(BLANK_ANSWERS)] as const;
const EIO = -5;

interface Answer {
  readonly result: number;
  readonly details: readonly unknown[];
}

/** Stands in for the native part: takes each answer once, and lets nobody touch its memory after it. */
class FakeLibfuse {
  readonly warnings: string[] = [];
  readonly root = folder({
    hello: file('hello world'),
    link: symlink('hello'),
    huge: file(countingContent(2 ** 33)),
    damaged: file(damagedContent(10)),
    stuck: file(stuckContent(10)),
    wrong: file(misbehavingContent()),
    noted: file('x', { extended: [['user.note', 'value']] }),
    deep: folder({ below: file('b') }),
    '.DS_Store': file('of Finder'),
  });
  readonly table: RequestTable;
  readonly #handlers;
  readonly #numbers = new Map(NAMES.map((name, number) => [name as string, number]));
  readonly #answers = new Map<Buffer, Answer>();

  constructor(platform = 'linux') {
    const view = memoryView(this.root);
    const warn = (line: string): void => void this.warnings.push(line);
    const silent = (): void => {};
    this.table = new RequestTable({
      view,
      paths: new Paths(view.root),
      files: new OpenFiles(),
      inodes: new ShortInodes(),
      rootAttribute: { name: 'user.of-root', value: Buffer.from('root') },
      attributes: blankAttributes(),
      foldersTold: new Set(),
      platform,
      reporter: { warn, note: silent, detail: silent, progress: silent },
    });
    const addon: Record<string, unknown> = {};
    for (const [name, number] of this.#numbers) {
      addon[`op_${name}`] = number;
      addon[`fuse_native_signal_${name}`] = (waiting: Buffer, result: number, ...details: unknown[]) => {
        if (this.#answers.has(waiting)) throw new Error(`Answered twice: ${name}`);
        this.#answers.set(waiting, { result, details });
      };
    }
    this.#handlers = this.table.handlers(addon as unknown as Addon).handlers;
  }

  /** What is asked is answered within some turns, or not at all. */
  async ask<Name extends OperationName>(name: Name, ...details: Requests[Name]): Promise<Answer | undefined> {
    const waiting = this.send(name, ...details);
    for (let turn = 0; turn < 10 && !this.#answers.has(waiting); turn++) await nextTurn();
    return this.#answers.get(waiting);
  }

  send<Name extends OperationName>(name: Name, ...details: Requests[Name]): Buffer {
    const waiting = Buffer.alloc(1);
    const number = this.#numbers.get(name) ?? -1;
    this.#handlers[number]?.(waiting, number, ...details);
    return waiting;
  }

  answerTo(waiting: Buffer): Answer | undefined {
    return this.#answers.get(waiting);
  }

  begin(): void {
    const waiting = Buffer.alloc(1);
    this.#handlers[0]?.(waiting, 0);
    expect(this.#answers.get(waiting)?.result).toBe(0);
  }

  async open(path: string): Promise<number> {
    const answer = await this.ask('open', path, 0);
    expect(answer?.result).toBe(0);
    return answer?.details[0] as number;
  }
}

/** Rejects with what is no error of a file system. */
function misbehavingContent(): OpenFile {
  return {
    size: 3,
    read: async () => {
      throw new TypeError('A mistake');
    },
  };
}

/** Something that fits each operation. */
function detailsOf<Name extends OperationName>(name: Name): Requests[Name] {
  const buffer = Buffer.alloc(16);
  const special: Partial<{ [Some in OperationName]: Requests[Some] }> = {
    read: ['/hello', 99, buffer, 16, 0, 0],
    write: ['/hello', 1, buffer, 16, 0, 0],
    getxattr: ['/hello', 'user.none', buffer, 0],
    listxattr: ['/hello', buffer],
    setxattr: ['/hello', 'user.x', buffer, 0, 0],
    open: ['/hello', 0],
  };
  return (special[name] ?? ['/hello', 1, 1, 1, 1]) as Requests[Name];
}

async function answersOnce<Name extends OperationName>(name: Name): Promise<void> {
  const libfuse = new FakeLibfuse();
  const details = detailsOf(name);
  expect((await libfuse.ask(name, ...details))?.details).toHaveLength(BLANK_ANSWERS[name](details).length);
  libfuse.table.refuse();
  await libfuse.table.drain();
  expect(await libfuse.ask(name, ...detailsOf(name))).toMatchObject({ result: EIO });
  expect(libfuse.warnings).toEqual([]);
}

describe('RequestTable', () => {
  test('is ready once libfuse has begun', async () => {
    const libfuse = new FakeLibfuse();
    libfuse.begin();
    await libfuse.table.ready;
  });

  test.each(Object.keys(BLANK_ANSWERS) as OperationName[])(
    'answers %s once, now and after the end',
    answersOnce,
  );

  test.each<OperationName>([
    'create',
    'write',
    'setxattr',
    'removexattr',
    'truncate',
    'ftruncate',
    'utimens',
    'chown',
    'chmod',
    'mknod',
    'unlink',
    'rename',
    'link',
    'symlink',
    'mkdir',
    'rmdir',
  ])('refuses %s as a read-only file system', async (name) => {
    const answer = await new FakeLibfuse().ask(name, ...detailsOf(name));
    expect(answer?.result).toBe(-30);
  });

  test.each([1, 2, 0o1001])('refuses to open for writing (flags %d)', async (flags) => {
    expect(await new FakeLibfuse().ask('open', '/hello', flags)).toMatchObject({ result: -30 });
  });

  test('reads into the memory of the request', async () => {
    const libfuse = new FakeLibfuse();
    const handle = await libfuse.open('/huge');
    const into = Buffer.alloc(16);
    expect(await libfuse.ask('read', '/huge', handle, into, 16, 8, 1)).toMatchObject({ result: 16 });
    expect(into.readBigUInt64LE(0)).toBe(BigInt(2 ** 32 / 8 + 1));
    expect(await libfuse.ask('read', '/huge', handle, into, 16, 0, 2)).toMatchObject({ result: 0 });
    await libfuse.ask('release', '/huge', handle);
    expect(await libfuse.ask('read', '/huge', handle, into, 16, 0, 0)).toMatchObject({ result: 0 });
  });

  test('gives an I/O error for what is damaged, and a line for a mistake of ours', async () => {
    const libfuse = new FakeLibfuse();
    const damaged = await libfuse.open('/damaged');
    const into = Buffer.alloc(4);
    expect(await libfuse.ask('read', '/damaged', damaged, into, 4, 0, 0)).toMatchObject({ result: EIO });
    expect(libfuse.warnings).toEqual([]);
    const wrong = await libfuse.open('/wrong');
    expect(await libfuse.ask('read', '/wrong', wrong, into, 3, 0, 0)).toMatchObject({ result: EIO });
    expect(libfuse.warnings).toEqual(['Unexpected failure while answering "read": A mistake']);
    libfuse.root.failure = new FsError('EIO');
    expect(await libfuse.ask('readdir', '/')).toEqual({ result: EIO, details: [[], []] });
  });

  test('answers what is stuck when the mount ends, and touches its memory no more', async () => {
    const libfuse = new FakeLibfuse();
    const handle = await libfuse.open('/stuck');
    const into = Buffer.alloc(4, 0x7f);
    const waiting = libfuse.send('read', '/stuck', handle, into, 4, 0, 0);
    await nextTurn();
    expect(libfuse.answerTo(waiting)).toBeUndefined();
    expect(libfuse.table.waiting).toBe(1);
    libfuse.table.refuse();
    expect(libfuse.answerTo(waiting)).toMatchObject({ result: EIO });
    await libfuse.table.drain();
    expect(libfuse.table.waiting).toBe(0);
    expect(into.every((byte) => byte === 0x7f)).toBe(true);
  });

  test('lists a folder with its kinds, and what belongs to Finder only where there is none', async () => {
    const names = async (platform: string) =>
      (await new FakeLibfuse(platform).ask('readdir', '/'))?.details[0];
    expect(await names('linux')).toContain('.DS_Store');
    expect(await names('darwin')).not.toContain('.DS_Store');
    expect(await names('darwin')).toEqual(expect.arrayContaining(['.', '..', 'hello', 'deep']));
  });

  test('leaves out a name that would be cut off, and says so', async () => {
    const libfuse = new FakeLibfuse();
    const [longest, longer] = ['n'.repeat(1023), 'm'.repeat(1024)];
    libfuse.root.set(longest, file(''));
    libfuse.root.set(longer, file(''));
    await libfuse.ask('readdir', '/');
    const names = (await libfuse.ask('readdir', '/'))?.details[0];
    expect(names).toContain(longest);
    expect(names).not.toContain(longer);
    expect(libfuse.warnings).toEqual([
      expect.stringContaining(`too long for fuse-native, and left out as all that are: "${longer}"`),
    ]);
  });

  test('answers Finder and Spotlight of macOS at once, asking no folder', async () => {
    const libfuse = new FakeLibfuse('darwin');
    expect(await libfuse.ask('getattr', '/.DS_Store')).toMatchObject({ result: -2 });
    expect(await libfuse.ask('getattr', '/deep/._below')).toMatchObject({ result: -2 });
    expect(await libfuse.ask('getattr', '/.metadata_never_index')).toMatchObject({ result: 0 });
    const handle = await libfuse.open('/.metadata_never_index');
    const into = Buffer.alloc(4);
    expect(await libfuse.ask('read', '/.metadata_never_index', handle, into, 4, 0, 0)).toMatchObject({
      result: 0,
    });
    expect(await libfuse.ask('listxattr', '/.metadata_never_index', into)).toMatchObject({ result: 0 });
    expect(libfuse.root.listed).toBe(0);
  });

  test.each([
    ['linux', -61],
    ['darwin', -93],
  ])('says on %s that an attribute is missing by %d', async (platform, errno) => {
    const into = Buffer.alloc(8);
    const answer = await new FakeLibfuse(platform).ask('getxattr', '/noted', 'user.other', into, 0);
    expect(answer?.result).toBe(errno);
  });

  test('gives extended attributes in the room there is', async () => {
    const libfuse = new FakeLibfuse();
    const get = (path: string, name: string, room: number) => {
      const into = Buffer.alloc(room);
      return libfuse.ask('getxattr', path, name, into, 0).then((answer) => [answer?.result, into.toString()]);
    };
    expect(await get('/noted', 'user.note', 0)).toEqual([5, '']);
    expect(await get('/noted', 'user.note', 4)).toEqual([-34, '\0\0\0\0']);
    expect(await get('/noted', 'user.note', 5)).toEqual([5, 'value']);
    expect(await get('/', 'user.of-root', 4)).toEqual([4, 'root']);
    expect(await get('/hello', 'user.of-root', 4)).toEqual([-61, '\0\0\0\0']);
  });

  test('counts what programs ask for, but not who asks for free space', async () => {
    const libfuse = new FakeLibfuse();
    await libfuse.ask('getattr', '/hello');
    await libfuse.ask('statfs', '/');
    await libfuse.ask('readlink', '/link');
    expect(libfuse.table.accesses).toBe(2);
  });

  test('a listing does not walk from the root for each of its entries', async () => {
    const libfuse = new FakeLibfuse();
    await libfuse.ask('getattr', '/deep/below');
    const { listed } = libfuse.root;
    for (let i = 0; i < 50; i++) await libfuse.ask('getattr', '/deep/below');
    expect(libfuse.root.listed).toBe(listed);
  });
});
