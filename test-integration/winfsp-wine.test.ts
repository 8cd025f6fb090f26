import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { MountUser } from '../src/mount/driver.ts';
import { describeVolume } from '../src/mount/winfsp/testing/conformance.ts';
import { MANY } from '../src/mount/winfsp/testing/sample-view.ts';
import { type StatusFailure, VolumeClient } from '../src/mount/winfsp/testing/volume-client.ts';
import { NtStatus } from '../src/mount/winfsp/wire/nt-status.ts';
import { needs } from './support/require-tool.ts';
import { compileForWindows, endWine, installStandIn, WINE_NEEDS } from './support/windows/wine.ts';
import { mountUnderWine, type Report, type WineMount } from './support/windows/wine-mount.ts';

const NOTHING_WRONG = { unanswered: 0, unknown: 0, malformed: 0, twice: 0, guarded: 0 };

describe('the WinFsp driver in a Windows process, under Wine', needs(...WINE_NEEDS), () => {
  let folder = '';
  let program = '';

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'snapmount-windows-'));
    await installStandIn();
    program = await compileForWindows(folder, 'src/mount/winfsp/testing/serve.ts');
  });

  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await endWine();
  });

  /** Ends well, and says how much was asked. */
  async function endWell(mount: WineMount, how: 'unmount' | 'abort' = 'unmount'): Promise<Report> {
    mount.tell(how);
    const { code, last, report } = await mount.ended();
    expect({ code, last }).toEqual({ code: 0, last: { event: 'closed', text: '' } });
    expect(report).toMatchObject(NOTHING_WRONG);
    return report;
  }

  describe('serves', () => {
    let mount: WineMount;
    beforeAll(async () => {
      mount = await mountUnderWine(program);
    });
    afterAll(async () => {
      await endWell(mount);
      expect(mount.warnings).toEqual([]);
    });

    describeVolume('the sample view', async () => {
      const device = await mount.device();
      onTestFinished(() => device.close());
      return new VolumeClient(device);
    });
  });

  async function clientOf(mount: WineMount): Promise<VolumeClient> {
    return new VolumeClient(await mount.device());
  }

  test('is mounted where it was asked to, and says where that is', async () => {
    for (const [given, expected] of [
      ['*', 'Z:'],
      ['q:', 'Q:'],
      ['C:/mnt/backup', 'C:\\mnt\\backup'],
    ] as const) {
      const mount = await mountUnderWine(program, { mountpoint: given });
      expect(mount.mountpoint).toBe(expected);
      await endWell(mount);
    }
  });

  test('answers 100,000 requests of 8 programs, each once', async () => {
    const mount = await mountUnderWine(program);
    const walk = async (number: number) => {
      const client = await clientOf(mount);
      for (let round = 0; round < 2500; round++) {
        const at = (number * 7919 + round) % MANY;
        const { handle } = await client.open(`\\many\\FILE ${at}`);
        const got = await client.read(handle, 0, 64);
        if (got.toString() !== String(at)) throw new Error(`Read ${got} of file ${at}`);
        await client.close(handle);
        if (round % 2 === 0) await client.open('\\nothing').catch(() => {});
        else await client.volume();
      }
    };
    await Promise.all(Array.from({ length: 8 }, (_, number) => walk(number)));
    const report = await endWell(mount);
    expect(report.requests).toBe(100_000);
    expect(report.answers).toBe(100_000);
  });

  /** Reads a file on and on, piece by piece, until told to close it, and compares what comes. */
  async function readLarge(
    client: VolumeClient,
  ): Promise<{ pieces(): number; close(): void; ended: Promise<void> }> {
    const { handle } = await client.open('\\large');
    let pieces = 0;
    let isOver = false;
    const readOn = async (): Promise<void> => {
      for (let at = 0; !isOver; at += 65_536, pieces++) {
        const words = (await client.read(handle, at, 65_536)).readBigUInt64LE(65_528);
        if (words !== BigInt(at / 8 + 8191)) throw new Error(`Wrong bytes at ${at}`);
      }
      // The last one ends the mount, whether Windows still has something of the file or not.
      await client.letGo(handle);
    };
    const close = () => {
      isOver = true;
    };
    return { pieces: () => pieces, close, ended: readOn() };
  }

  const soon = () => new Promise((resolve) => setTimeout(resolve, 5));

  test('ends by abort while 8 programs read', async () => {
    const mount = await mountUnderWine(program);
    const clients = await Promise.all(Array.from({ length: 8 }, () => clientOf(mount)));
    const readers = await Promise.all(clients.map(readLarge));
    const ends = Promise.allSettled(readers.map(({ ended }) => ended));
    while (readers.some(({ pieces }) => pieces() < 10)) await soon();
    const report = await endWell(mount, 'abort');
    for (const { status, reason } of (await ends) as PromiseRejectedResult[]) {
      expect({ status, message: reason.message }).toMatchObject({ status: 'rejected' });
      expect(reason.message).not.toContain('Wrong bytes');
    }
    expect(report.requests).toBeGreaterThan(80);
  });

  test('does not end while a program has a file open, and does when that program was killed', async () => {
    const mount = await mountUnderWine(program);
    const device = await mount.device();
    const looker = new VolumeClient(device);
    // Open folders are no use that counts.
    await looker.open('\\Folder');
    await looker.open('\\hello.txt', { process: 8 });
    mount.tell('unmount');
    expect((await mount.next()).event).toBe('refused');
    expect((await looker.readFile('\\hello.txt')).toString()).toBe('hello\r\n');
    device.close();
    const watcher = await clientOf(mount);
    await watcher.open('\\Folder');
    await untilUnused(mount);
    await endWell(mount);
  });

  test('says which programs have files open', async () => {
    const mount = await mountUnderWine(program);
    const device = await mount.device();
    const client = new VolumeClient(device);
    const users = () => usersOf(mount);
    const { own, users: none } = await users();
    expect(none).toEqual([]);
    const { handle } = await client.open('\\hello.txt', { process: own });
    await client.open('\\Folder', { process: own });
    expect((await users()).users).toEqual([{ pid: own, name: 'node.exe' }]);
    // One that has ended meanwhile.
    await client.open('\\hello.txt', { process: 999_996 });
    expect((await users()).users).toContainEqual({ pid: 999_996, name: '?' });
    await client.close(handle);
    expect((await users()).users).toEqual([{ pid: 999_996, name: '?' }]);
    device.close();
    await untilUnused(mount);
    await endWell(mount);
  });

  async function usersOf(mount: WineMount): Promise<{ own: number; users: readonly MountUser[] }> {
    mount.tell('users');
    return JSON.parse((await mount.next()).text);
  }

  /** Of files that were opened by a process with a number. */
  async function untilUnused(mount: WineMount): Promise<void> {
    while ((await usersOf(mount)).users.length > 0) await soon();
  }

  test('is detached while 8 programs read, who get the right bytes until the last has closed its file', async () => {
    const mount = await mountUnderWine(program);
    const clients = await Promise.all(Array.from({ length: 8 }, () => clientOf(mount)));
    const readers = await Promise.all(clients.map(readLarge));
    while (readers.some(({ pieces }) => pieces() < 5)) await soon();
    mount.tell('detach');
    while (!(await isDetached(clients[0]!))) await soon();
    for (const { pieces, close, ended } of readers) {
      const before = pieces();
      while (pieces() < before + 5) await soon();
      close();
      await ended;
    }
    const { code, last, report } = await mount.ended();
    expect({ code, last }).toEqual({ code: 0, last: { event: 'closed', text: '' } });
    expect(report).toMatchObject(NOTHING_WRONG);
  });

  async function isDetached(client: VolumeClient): Promise<boolean> {
    const opened = await client.open('\\').catch((problem: StatusFailure) => problem.status);
    if (typeof opened === 'number') return opened === NtStatus.VolumeDismounted;
    await client.close(opened.handle);
    return false;
  }

  test('mounts and unmounts 100 times in one process, used each time', async () => {
    const times = 100;
    const mount = await mountUnderWine(program, { times });
    for (let count = 1; count <= times; count++) {
      const device = await mount.device();
      const client = new VolumeClient(device);
      expect((await client.readFile('\\hello.txt')).toString()).toBe('hello\r\n');
      if (count === times) break;
      mount.tell('unmount');
      expect(await mount.again()).toMatchObject({ ...NOTHING_WRONG, requests: 4, answers: 4 });
      device.close();
    }
    await endWell(mount);
  });

  test('ends with an error when WinFsp is stopped', async () => {
    const mount = await mountUnderWine(program);
    const device = await mount.device();
    device.breakDown();
    const { code, last, report } = await mount.ended();
    expect({ code, last }).toEqual({
      code: 0,
      last: { event: 'failed', text: 'WinFsp ended the mount: its driver was stopped or replaced' },
    });
    expect(report).toMatchObject(NOTHING_WRONG);
  });

  test('leads to the drives of the machine only where that was chosen', async () => {
    const mount = await mountUnderWine(program, { links: 'stored' });
    const client = await clientOf(mount);
    const led = await client.create('\\links\\to the live drive\\System32');
    expect(led).toEqual({ tag: 0, buffer: Buffer.from('\\??\\C:\\Windows\\System32', 'utf16le') });
    const share = await client.create('\\links\\to a share\\b');
    expect(share).toEqual({ tag: 0, buffer: Buffer.from('\\??\\UNC\\server\\share\\a\\b', 'utf16le') });
    await expect(client.open('\\links\\absolute')).rejects.toMatchObject({
      status: NtStatus.ReparseTagNotHandled,
    });
    await endWell(mount);
  });

  test('shows a security descriptor for the user and the system', async () => {
    const mount = await mountUnderWine(program);
    const client = await clientOf(mount);
    const { handle } = await client.open('\\hidden', { flags: 0 });
    const descriptor = await client.security(handle);
    // Revision 1, self-relative, with a list that inherits nothing: [MS-DTYP] 2.4.6.
    expect(descriptor.readUInt8(0)).toBe(1);
    expect(descriptor.readUInt16LE(2)).toBe(0x9004);
    const list = descriptor.readUInt32LE(16);
    expect(descriptor.readUInt16LE(list + 4)).toBe(2);
    expect(descriptor.readUInt32LE(list + 12)).toBe(0x12_00a9);
    await client.close(handle);
    await endWell(mount);
  });
});
