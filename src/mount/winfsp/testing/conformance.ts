/**
 * What the driver promises to Windows alone, for the sample view, as one body of tests, whatever carries the requests.
 * What every driver promises is in test-integration/driver-conformance.test.ts.
 */

import { describe, expect, test } from 'vitest';
import { decodeReparseBuffer } from '../../../reparse/reparse-buffer.ts';
import { ReparseTag } from '../../../reparse/reparse-tags.ts';
import { AccessRight, CreateOption, Disposition, FileAttribute, RequestKind } from '../wire/constants.ts';
import { NtStatus } from '../wire/nt-status.ts';
import { STRANGER } from './fake-winfsp.ts';
import { CREATION_TIME, LARGE_BYTES, MANY } from './sample-view.ts';
import { type OpenOptions, statusOf, type VolumeClient, volumePath } from './volume-client.ts';

/** `client` gives one more program that uses the mounted sample view. */
export function describeVolume(name: string, client: () => Promise<VolumeClient>): void {
  describe(name, () => {
    describe('opening', () => opens(client));
    describe('reading', () => reads(client));
    describe('listing', () => lists(client));
    describe('links', () => follows(client));
    describe('streams', () => streams(client));
    describe('read-only', () => refuses(client));
    describe('what is told of files', () => tells(client));
  });
}

type Make = () => Promise<VolumeClient>;

function opens(client: Make): void {
  test.each([
    ['\\', '\\'],
    ['\\hello.txt', '\\hello.txt'],
    ['\\HELLO.TXT', '\\hello.txt'],
    ['\\FOLDER\\read me.txt', '\\Folder\\Read Me.TXT'],
    ['\\Folder\\deep\\ER\\file', '\\Folder\\deep\\er\\file'],
    ['\\grÖße — 漢字 😀.TXT', '\\Größe — 漢字 😀.txt'],
    ['\\many\\FILE 2999', '\\many\\file 2999'],
  ])('finds %j as %j', async (path, stored) => {
    const asker = await client();
    const { handle, name } = await asker.open(path);
    expect(name).toBe(stored);
    await asker.close(handle);
  });

  test.each([
    ['\\nothing', {}, NtStatus.ObjectNameNotFound],
    ['\\Folder\\nothing', {}, NtStatus.ObjectNameNotFound],
    ['\\nothing\\file', {}, NtStatus.ObjectPathNotFound],
    ['\\hello.txt\\file', {}, NtStatus.ObjectPathNotFound],
    ['\\hello.txt', { options: CreateOption.DirectoryFile }, NtStatus.NotADirectory],
    ['\\Folder', { options: CreateOption.NonDirectoryFile }, NtStatus.FileIsADirectory],
    ['\\hello.txt', { flags: 0x41 }, NtStatus.ObjectNameInvalid],
    ['\\HELLO.TXT', { flags: 0x21 }, NtStatus.ObjectNameNotFound],
    ['\\hello.tx\ud800', {}, NtStatus.ObjectNameNotFound],
    ['\\pipe', {}, NtStatus.ReparseTagNotHandled],
  ])('refuses %j with %j by status %d', async (path, how, status) => {
    await expect((await client()).open(path, how)).rejects.toMatchObject({ status });
  });

  test('lets nobody in whom the volume is not for, unless the system itself asks', async () => {
    const asker = await client();
    for (const path of ['\\', '\\hello.txt', '\\nothing']) {
      const status = NtStatus.AccessDenied;
      await expect(asker.open(path, { token: STRANGER })).rejects.toMatchObject({ status });
    }
    const { handle } = await asker.open('\\hello.txt', { token: STRANGER, flags: 0 });
    await asker.close(handle);
  });

  test('grants the rights to read, and no others', async () => {
    const asker = await client();
    const opened = await asker.open('\\hello.txt', { access: AccessRight.MaximumAllowed });
    expect(opened.granted).toBe(0x12_00a9);
    await asker.close(opened.handle);
  });

  test('knows a handle until it is closed', async () => {
    const asker = await client();
    const { handle } = await asker.open('\\hello.txt');
    await asker.close(handle);
    await expect(asker.read(handle, 0, 1)).rejects.toMatchObject({ status: NtStatus.InvalidHandle });
    await expect(asker.information(0x1234_5678_9abcn)).rejects.toMatchObject({
      status: NtStatus.InvalidHandle,
    });
  });
}

function reads(client: Make): void {
  test('gives the bytes, and none behind the end', async () => {
    const asker = await client();
    const { handle } = await asker.open('\\hello.txt');
    expect((await asker.read(handle, 0, 100)).toString()).toBe('hello\r\n');
    expect((await asker.read(handle, 3, 2)).toString()).toBe('lo');
    expect(await asker.read(handle, 7, 10)).toHaveLength(0);
    expect(await asker.read(handle, 2 ** 40, 10)).toHaveLength(0);
    await asker.close(handle);
    expect(await asker.readFile('\\empty')).toHaveLength(0);
  });

  test('gives an error for content that is not as long as recorded, not a part of it', async () => {
    const status = NtStatus.IoDeviceError;
    await expect((await client()).readFile('\\wrong size')).rejects.toMatchObject({ status });
  });
}

function lists(client: Make): void {
  test('gives every name once, whatever room there is', async () => {
    const asker = await client();
    const expected = ['.', '..', ...Array.from({ length: MANY }, (_, i) => `file ${i}`)];
    for (const room of [128, 1000, 4096, 65_536]) {
      expect((await asker.list('\\many', room)).map(({ name }) => name)).toEqual(expected);
    }
  });

  test('has . and .. in every folder but the root', async () => {
    const asker = await client();
    const names = async (path: string) => (await asker.list(path)).map(({ name }) => name);
    expect((await names('\\')).slice(0, 3)).toEqual(['hello.txt', 'Größe — 漢字 😀.txt', 'empty']);
    expect(await names('\\Folder')).toEqual(['.', '..', 'Read Me.TXT', 'deep', 'up']);
    expect(await names('\\snapshots\\first')).toEqual(['.', '..']);
  });

  test('tells of each entry what opening it tells', async () => {
    const asker = await client();
    for (const { name, info } of await asker.list('\\')) {
      const opened = await asker.open(`\\${name}`, { options: CreateOption.OpenReparsePoint });
      expect(info).toEqual(opened.info);
      expect(await asker.information(opened.handle)).toEqual(opened.info);
      await asker.close(opened.handle);
    }
  });

  test('finds one name without listing the others', async () => {
    const asker = await client();
    const { handle } = await asker.open('\\many');
    const room = 104 + 2 * 255 + 8;
    expect((await asker.piece(handle, { name: 'FILE 1234', room })).entries).toMatchObject([
      { name: 'file 1234' },
    ]);
    expect(await asker.piece(handle, { name: 'file 3000', room })).toEqual({ entries: [], isEnd: true });
    await asker.close(handle);
  });

  test('ends for a marker that is no name of the folder', async () => {
    const asker = await client();
    const { handle } = await asker.open('\\Folder');
    expect(await asker.piece(handle, { marker: 'made up' })).toEqual({ entries: [], isEnd: true });
    await asker.close(handle);
  });
}

function follows(client: Make): void {
  test.each([
    ['\\links\\relative', '\\Folder\\deep'],
    ['\\links\\RELATIVE\\er\\file', '\\Folder\\deep\\er\\file'],
    ['\\links\\junction\\Read Me.TXT', '\\Folder\\Read Me.TXT'],
    ['\\links\\out of the root', '\\hello.txt'],
    ['\\Folder\\up', '\\hello.txt'],
  ])('%j leads to %j', async (path, target) => {
    const asker = await client();
    const led = await asker.create(path);
    if ('handle' in led) throw new Error('It was opened');
    expect(volumePath(led)).toBe(target);
    const { handle } = await asker.open(path);
    await asker.close(handle);
  });

  test.each([
    ['\\links\\loop', NtStatus.ReparsePointNotResolved],
    ['\\links\\dangling', NtStatus.ObjectNameNotFound],
    ['\\links\\very long', NtStatus.ReparsePointNotResolved],
    ['\\links\\absolute', NtStatus.ReparseTagNotHandled],
    ['\\links\\cloud', NtStatus.ReparseTagNotHandled],
    ['\\links\\to the live drive', NtStatus.ReparseTagNotHandled],
    ['\\links\\to the live drive\\System32', NtStatus.ReparseTagNotHandled],
    ['\\links\\to a share\\b', NtStatus.ReparseTagNotHandled],
  ])('%j leads nowhere', async (path, status) => {
    await expect((await client()).open(path)).rejects.toMatchObject({ status });
  });

  test.each([
    [
      'junction',
      ReparseTag.MountPoint,
      { kind: 'mount-point', substituteName: '\\??\\C:\\Folder', printName: 'C:\\Folder' },
    ],
    ['relative', ReparseTag.Symlink, { kind: 'symlink', substituteName: '..\\Folder\\deep', relative: true }],
    [
      'to a share',
      ReparseTag.Symlink,
      { kind: 'symlink', substituteName: '\\??\\UNC\\server\\share\\a', relative: false },
    ],
    [
      'cloud',
      0x9000_001a,
      { kind: 'opaque', tag: 0x9000_001a, data: new Uint8Array([0xde, 0xad, 0xbe, 0xef]) },
    ],
  ])('%s shows its reparse point as it was', async (name, tag, expected) => {
    const asker = await client();
    const listed = (await asker.list('\\links')).find((entry) => entry.name === name)!;
    expect(listed.info.reparseTag).toBe(tag);
    expect(listed.info.attributes & FileAttribute.ReparsePoint).not.toBe(0);
    const bytes = await asker.reparsePoint(`\\links\\${name}`);
    expect(bytes.readUInt32LE(0)).toBe(tag);
    expect(decodeReparseBuffer(bytes)).toMatchObject(expected);
  });

  test('a file has no reparse point', async () => {
    await expect((await client()).reparsePoint('\\hello.txt')).rejects.toMatchObject({
      status: NtStatus.NotAReparsePoint,
    });
  });
}

function streams(client: Make): void {
  test.each([
    ['\\streams\\web.txt', 'page', '\\streams\\web.txt'],
    ['\\streams\\WEB.txt:zone.identifier', '[ZoneTransfer]', '\\streams\\web.txt:Zone.Identifier'],
    ['\\streams\\web.txt:second:$DATA', '2', undefined],
    ['\\streams\\web.txt::$DATA', 'page', undefined],
    ['\\streams\\dir:info', 'of a folder', '\\streams\\dir:info'],
    ['\\streams\\link:second', '2', '\\streams\\web.txt:second'],
    ['\\streams\\10\uf03a30', 'a time', '\\streams\\10\uf03a30'],
  ])('%j holds %j', async (path, content, stored) => {
    const asker = await client();
    expect((await asker.readFile(path)).toString()).toBe(content);
    const { handle, name } = await asker.open(path);
    expect(name).toBe(stored);
    await asker.close(handle);
  });

  test.each([
    ['\\streams\\web.txt:third'],
    ['\\streams\\10:30'],
    ['\\streams\\nothing:stream'],
    ['\\streams\\web.txt:'.concat('second:$INDEX')],
    ['\\:stream'],
  ])('%j is not there', async (path) => {
    const status = NtStatus.ObjectNameNotFound;
    await expect((await client()).open(path)).rejects.toMatchObject({ status });
  });

  test('are told of the file that they belong to, and not listed as files', async () => {
    const asker = await client();
    const names = (await asker.list('\\streams')).map(({ name }) => name);
    expect(names).toEqual(['.', '..', '10', 'web.txt', '10\uf03a30', 'nothing\uf03astream', 'dir', 'link']);
    for (const [path, expected] of [
      [
        '\\streams\\web.txt',
        [
          ['', 4],
          ['Zone.Identifier', 14],
          ['second', 1],
        ],
      ],
      ['\\streams\\dir', [['info', 11]]],
      ['\\streams\\10', [['', 8]]],
      ['\\', []],
    ] as const) {
      const { handle } = await asker.open(path);
      expect(await asker.streams(handle)).toEqual(expected);
      await asker.close(handle);
    }
  });

  test('cannot be made', async () => {
    const asker = await client();
    const how = { disposition: Disposition.Create };
    const status = NtStatus.MediaWriteProtected;
    await expect(asker.create('\\streams\\web.txt:new', how)).rejects.toMatchObject({ status });
  });
}

function refuses(client: Make): void {
  const readOnly = NtStatus.MediaWriteProtected;
  test.each<[string, OpenOptions, number]>([
    ['\\new', { disposition: Disposition.Create }, readOnly],
    ['\\new', { disposition: Disposition.OpenIf }, readOnly],
    ['\\new', { disposition: Disposition.Supersede }, readOnly],
    ['\\new', { disposition: Disposition.OverwriteIf }, readOnly],
    ['\\new', { disposition: Disposition.Overwrite }, NtStatus.ObjectNameNotFound],
    ['\\no\\new', { disposition: Disposition.Create }, NtStatus.ObjectPathNotFound],
    ['\\hello.txt', { disposition: Disposition.Create }, NtStatus.ObjectNameCollision],
    ['\\hello.txt', { disposition: Disposition.Supersede }, readOnly],
    ['\\hello.txt', { disposition: Disposition.Overwrite }, readOnly],
    ['\\hello.txt', { disposition: Disposition.OverwriteIf }, readOnly],
    ['\\hello.txt', { disposition: 6 }, NtStatus.InvalidParameter],
    ['\\hello.txt', { options: CreateOption.DeleteOnClose }, readOnly],
    ['\\hello.txt', { flags: 0x11 }, readOnly],
    ['\\new', { flags: 0x11 }, readOnly],
    ...[0x2, 0x4, 0x10, 0x40, 0x100, 0x1_0000, 0x4_0000, 0x8_0000, 0x1000_0000, 0x4000_0000].map(
      (access): [string, OpenOptions, number] => ['\\hello.txt', { access }, readOnly],
    ),
  ])('an opening of %j with %j has status %d', async (path, how, status) => {
    await expect((await client()).create(path, how)).rejects.toMatchObject({ status });
  });

  test('an opening that may make a file opens one that is there', async () => {
    const asker = await client();
    const { handle } = await asker.open('\\hello.txt', { disposition: Disposition.OpenIf });
    await asker.close(handle);
  });

  test.each(
    (['Overwrite', 'Write', 'SetInformation', 'SetEa', 'SetVolumeInformation', 'SetSecurity'] as const).map(
      (name) => [name, RequestKind[name]] as const,
    ),
  )('%s is refused', async (_name, kind) => {
    const { response } = await (await client()).ask(kind);
    expect(statusOf(response)).toBe(readOnly);
  });

  test.each([
    [0x9_00a4, readOnly],
    [0x9_00ac, readOnly],
    [0x9_0000, NtStatus.InvalidDeviceRequest],
  ])('control code %d has status %d', async (code, status) => {
    const asker = await client();
    const { response } = await asker.ask(RequestKind.FileSystemControl, (request) =>
      request.writeUInt32LE(code, 32),
    );
    expect(statusOf(response)).toBe(status);
  });

  test.each([
    [0, NtStatus.InvalidDeviceRequest],
    [RequestKind.QueryEa, NtStatus.EasNotSupported],
    [RequestKind.DeviceControl, NtStatus.InvalidDeviceRequest],
    [RequestKind.Shutdown, NtStatus.InvalidDeviceRequest],
    [RequestKind.LockControl, NtStatus.InvalidDeviceRequest],
    [RequestKind.FlushBuffers, NtStatus.Success],
    [22, NtStatus.InvalidDeviceRequest],
  ])('a request of kind %d has status %d', async (kind, status) => {
    const { response } = await (await client()).ask(kind);
    expect(statusOf(response)).toBe(status);
  });
}

function tells(client: Make): void {
  test('size, times to 100 ns, and the same index as ever', async () => {
    const asker = await client();
    const { handle, info } = await asker.open('\\large');
    expect(info).toMatchObject({
      attributes: FileAttribute.Normal,
      reparseTag: 0,
      size: LARGE_BYTES,
      allocationSize: Math.ceil(LARGE_BYTES / 4096) * 4096,
      accessTime: 133_444_736_000_000_000n,
      writeTime: 132_444_736_001_234_567n,
      changeTime: 132_944_736_009_999_999n,
      creationTime: 132_444_736_001_234_567n,
    });
    expect(info.index).toBeGreaterThan(2n ** 53n);
    await asker.close(handle);
  });

  test('attributes and the time of creation that a backup of Windows holds', async () => {
    const asker = await client();
    const { handle, info } = await asker.open('\\hidden');
    expect(info.attributes).toBe(FileAttribute.Hidden | FileAttribute.ReadOnly);
    expect(info.creationTime).toBe(CREATION_TIME);
    await asker.close(handle);
  });

  test('what a folder, a link and a link to a folder are', async () => {
    const { Directory, ReparsePoint } = FileAttribute;
    const listed = await (await client()).list('\\links');
    const attributes = Object.fromEntries(listed.map(({ name, info }) => [name, info.attributes]));
    expect(attributes).toMatchObject({
      '.': Directory,
      '..': Directory,
      here: ReparsePoint | Directory,
      junction: ReparsePoint | Directory,
      // A listing looks into no other folder.
      relative: ReparsePoint,
    });
  });

  test.each([
    ['here', FileAttribute.Directory],
    ['relative', FileAttribute.Directory],
    ['by another', FileAttribute.Directory],
    ['junction', FileAttribute.Directory],
    ['out of the root', 0],
    ['loop', 0],
    ['dangling', 0],
    ['very long', 0],
    ['absolute', 0],
    ['to a share', 0],
    ['cloud', 0],
  ])('the link %j to who opens it as a link: attributes %d besides that of a link', async (name, more) => {
    const asker = await client();
    const { handle, info } = await asker.open(`\\links\\${name}`, { options: CreateOption.OpenReparsePoint });
    expect(info.attributes).toBe(FileAttribute.ReparsePoint | more);
    expect(await asker.information(handle)).toEqual(info);
    await asker.close(handle);
  });

  test('a full volume as large as the repository, under its own name', async () => {
    expect(await (await client()).volume()).toEqual({
      total: 123_456_789,
      free: 0,
      label: 'snapmount:sample',
    });
  });
}
