/** What `snapmount mount` shows on Windows: whole repositories, to clients that ask as Windows' kernel does. */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type OpenedFile,
  type OpenOptions,
  StatusFailure,
  statusOf,
  type VolumeClient,
} from '../src/mount/winfsp/testing/volume-client.ts';
import {
  AccessRight,
  CreateOption,
  Disposition,
  FileAttribute,
  RequestKind,
} from '../src/mount/winfsp/wire/constants.ts';
import { NtStatus } from '../src/mount/winfsp/wire/nt-status.ts';
import { decodeReparseBuffer } from '../src/reparse/reparse-buffer.ts';
import { EVERY_KIND_NEEDS, everyKind, readableRepository, temporaryFolder } from './support/fixtures.ts';
import { foreignRepository, foreignSnapshots } from './support/foreign-snapshots/repositories.ts';
import { SECURITY_DESCRIPTOR } from './support/foreign-snapshots/windows-nodes.ts';
import { windowsSnapshot } from './support/foreign-snapshots/windows-snapshot.ts';
import { needs } from './support/require-tool.ts';
import { PASSWORD, systemRestic } from './support/restic.ts';
import { type Name, type Node, nameBytes } from './support/restic-writer/node.ts';
import { scriptOutput } from './support/run.ts';
import {
  installSnapmount,
  type MountOnWindows,
  mountOnWindows,
  snapmountOnWindows,
} from './support/windows/snapmount.ts';
import { contentsBelow, sha256 } from './support/windows/volume-contents.ts';
import { endWine, installStandIn, WINE_NEEDS, windowsPath } from './support/windows/wine.ts';

const NOTHING_WRONG = { unanswered: 0, unknown: 0, malformed: 0, twice: 0, guarded: 0 };

describe('a mount on Windows, under Wine', needs('restic', ...WINE_NEEDS), () => {
  beforeAll(async () => {
    await installStandIn();
    installSnapmount();
  });
  afterAll(endWine);

  describe('of a repository with every kind of node', needs(...EVERY_KIND_NEEDS), () => {
    test('shows every file with the bytes that restic dumps', async () => {
      const restic = systemRestic();
      const { repository } = await everyKind(restic, 2);
      const mount = await mountOnWindows(windowsPath(repository), 'X:', { args: ['--no-lock'] });
      const client = await mount.client();
      const tree = '\\hosts\\gamma\\latest\\tree';
      const shown: [path: string, hash: string][] = [];
      for (const { name } of await client.list(tree)) {
        // Its thousands of files are much alike.
        if (!['.', '..', 'many'].includes(name))
          shown.push(...(await contentsBelow(client, tree, `\\${name}`)));
      }
      const all = await dumpedByRestic(repository, '/tree', ['--host', 'gamma']);
      const dumped = all.filter(([path]) => !path.startsWith('/many/'));
      expect(shown.length).toBeGreaterThan(100);
      expect(shown.map(([, hash]) => hash).toSorted()).toEqual(dumped.map(([, hash]) => hash).toSorted());
      await mount.breakDown();
      expect(mount.report()).toMatchObject(NOTHING_WRONG);
    });
  });

  describe('of a repository of restic', () => {
    let repository: string;
    let mount: MountOnWindows;

    let expected: [path: string, hash: string][];

    beforeAll(async () => {
      ({ repository } = await readableRepository(systemRestic()));
      const dumped = await dumpedByRestic(repository, '/tree');
      expected = dumped.map(([path, hash]) => [path.replaceAll('/', '\\'), hash]);
      expected.sort(byPath);
    });
    beforeEach(async () => {
      mount = await mountOnWindows(windowsPath(repository), 'X:');
    });

    test('gives 8 programs at once the bytes that restic dumps', async () => {
      await Promise.all(
        Array.from({ length: 8 }, async () => {
          const shown = await contentsBelow(await mount.client(), '\\snapshots\\latest\\tree');
          expect(shown.toSorted(byPath)).toEqual(expected);
        }),
      );
      expect(await snapmountOnWindows(['umount', 'X:'])).toMatchObject({ code: 0 });
      expect(mount.report()).toMatchObject(NOTHING_WRONG);
    });

    test('is unmounted under 8 programs, each of which has whole files until it can open no more', async () => {
      let whole = 0;
      const using = Array.from({ length: 8 }, async () => {
        const client = await mount.client();
        for (let at = 0; ; at = (at + 1) % expected.length, whole++) {
          const [path, hash] = expected[at]!;
          const opened = await client.open(`\\snapshots\\latest\\tree${path}`).catch(() => undefined);
          if (opened === undefined) return;
          expect(sha256(await readToEnd(client, opened)), path).toBe(hash);
          // Of what follows no program hears.
          await client.close(opened.handle).catch(() => {});
        }
      });
      while (whole < 100) await new Promise((resolve) => setTimeout(resolve, 5));
      expect(await snapmountOnWindows(['umount', '--lazy', 'X:'])).toMatchObject({ code: 0 });
      expect(readdirSync(join(repository, 'locks'))).toEqual([]);
      await Promise.all(using);
      expect(await mount.ended).toBe(0);
      expect(mount.report()).toMatchObject(NOTHING_WRONG);
    });

    test('holds a lock, and when it ends under 8 programs they get errors and the lock goes', async () => {
      expect(readdirSync(join(repository, 'locks'))).toHaveLength(1);
      let reads = 0;
      const reading = Array.from({ length: 8 }, async () => {
        const client = await mount.client();
        const { handle } = await client.open('\\snapshots\\latest\\tree\\large');
        for (let at = 0; ; at = (at + 65_536) % 8_000_000, reads++) await client.read(handle, at, 65_536);
      });
      const ends = Promise.allSettled(reading);
      while (reads < 50) await new Promise((resolve) => setTimeout(resolve, 5));
      expect(await mount.breakDown()).toBe(1);
      expect((await ends).every(({ status }) => status === 'rejected')).toBe(true);
      expect(mount.report()).toMatchObject(NOTHING_WRONG);
      expect(readdirSync(join(repository, 'locks'))).toEqual([]);
    });
  });

  describe('of snapshots of other systems', () => {
    let repository: string;
    let mount: MountOnWindows;
    let client: VolumeClient;

    beforeAll(async () => {
      repository = windowsPath(await foreignRepository());
      mount = await mountOnWindows(repository, 'X:', { args: ['--acl', 'stored'] });
      client = await mount.client();
    });

    afterAll(async () => {
      await mount?.breakDown();
      expect(mount?.report()).toMatchObject(NOTHING_WRONG);
    });

    test.each(foreignSnapshots)(
      'shows every file of $hostname with its bytes, as file or as stream',
      async ({ hostname, tree }) => {
        const shown = await contentsBelow(client, `\\hosts\\${hostname}\\latest`);
        expect(shown.map(([, hash]) => hash).toSorted()).toEqual(contentsOf(tree).toSorted());
        expect(shown.length).toBeGreaterThan(2);
      },
    );

    const top = '\\hosts\\windows\\latest';
    const me = `${top}\\C\\Users\\me`;
    const onVolume = (path: string) => `${top}\\${path.replaceAll('/', '\\')}`;

    test('finds files by any spelling, through links, and streams by their names', async () => {
      const read = async (path: string) => (await client.readFile(path)).toString();
      expect(await read(`${me}\\NOTES.TXT`)).toBe('notes\n');
      expect(await read(`${me}\\downloads\\SETUP.exe:zone.identifier`)).toBe(
        '[ZoneTransfer]\r\nZoneId=3\r\n',
      );
      expect(await read(`${me}\\Downloads\\setup.exe:note:$DATA`)).toBe('from the net\n');
      expect(await read(`${me}\\Downloads:info`)).toBe('of a folder\n');
    });

    test('shows the attributes of Windows', async () => {
      const { handle, info } = await client.open(`${me}\\Documents\\desktop.ini`);
      expect(info.attributes).toBe(FileAttribute.Hidden | FileAttribute.System | FileAttribute.Archive);
      await client.close(handle);
    });

    test('marks links to folders as folders, which programs look at before they follow one', async () => {
      const folderLink = FileAttribute.ReparsePoint | FileAttribute.Directory;
      const listed = (await client.list('\\hosts\\windows')).find(({ name }) => name === 'latest');
      expect(listed?.info.attributes).toBe(folderLink);
      const options = { options: CreateOption.OpenReparsePoint };
      const { handle, info } = await client.open(top, options);
      expect(info.attributes).toBe(folderLink);
      await client.close(handle);
    });

    test('shows the permissions that were backed up, where that was chosen', async () => {
      const { handle } = await client.open(`${me}\\notes.txt`);
      expect(await client.security(handle)).toEqual(SECURITY_DESCRIPTOR);
      await client.close(handle);
    });

    test('leads by each link of Windows to its copy on the volume, and nowhere else', async () => {
      for (const { path, leadsTo } of windowsSnapshot.links) {
        const there = numberOf(client, onVolume(path));
        if (typeof leadsTo !== 'string') {
          expect(await there, path).toBe(await numberOf(client, onVolume(leadsTo.path)));
        } else if (leadsTo === 'too many') {
          // For Linux, which follows 40. Windows goes on to where they lead.
          expect(await there, path).toBe(await numberOf(client, `${me}\\Documents`));
        } else {
          await expect(there, path).rejects.toBeInstanceOf(StatusFailure);
        }
      }
    });

    test('shows links as reparse points: the bytes that were stored, or those that say the same', async () => {
      for (const { path, node } of windowsSnapshot.links) {
        const shown = await client.reparsePoint(onVolume(path));
        const stored = node.genericAttributes?.['windows.reparse_point'];
        const isWhole = stored !== undefined && !path.endsWith('cut short');
        if (isWhole) expect(shown.toString('base64'), path).toBe(stored);
        else expect(decodeReparseBuffer(shown), path).toHaveProperty('printName', nameText(node.target));
      }
    });

    const changes: [what: string, path: string, how: OpenOptions][] = [
      ['make a file', `${me}\\new`, { disposition: Disposition.Create }],
      ['make a file above the snapshots', '\\new', { disposition: Disposition.OpenIf }],
      ['replace a file', `${me}\\notes.txt`, { disposition: Disposition.Supersede }],
      ['empty a file', `${me}\\notes.txt`, { disposition: Disposition.Overwrite }],
      ['write to a file', `${me}\\notes.txt`, { access: AccessRight.WriteData }],
      ['add to a file', `${me}\\notes.txt`, { access: AccessRight.AppendData }],
      ['write to a stream', `${me}\\Downloads:info`, { access: AccessRight.WriteData }],
      ['make a stream', `${me}\\notes.txt:new`, { disposition: Disposition.OpenIf }],
      ['change attributes', `${me}\\notes.txt`, { access: AccessRight.WriteAttributes }],
      ['change who may read', `${me}\\notes.txt`, { access: AccessRight.WriteDac }],
      ['take a file over', `${me}\\notes.txt`, { access: AccessRight.WriteOwner }],
      ['delete a file', `${me}\\notes.txt`, { access: AccessRight.Delete }],
      ['delete a file when it is closed', `${me}\\notes.txt`, { options: CreateOption.DeleteOnClose }],
      ['delete from a folder', me, { access: AccessRight.DeleteChild }],
      [
        'delete a link',
        `${top}\\C\\links\\junction`,
        { access: AccessRight.Delete, options: CreateOption.OpenReparsePoint },
      ],
    ];
    test.each(changes)('refuses to %s', async (_what, path, how) => {
      const refused = { status: NtStatus.MediaWriteProtected };
      await expect(client.open(path, how)).rejects.toMatchObject(refused);
    });

    test.each([
      'Overwrite',
      'Write',
      'SetInformation',
      'SetEa',
      'SetVolumeInformation',
      'SetSecurity',
    ] as const)('refuses %s on an open file, whose bytes stay', async (kind) => {
      const { handle } = await client.open(`${me}\\notes.txt`);
      const { response } = await client.ask(
        RequestKind[kind],
        (request) => request.writeBigUInt64LE(handle, 24),
        64,
      );
      expect(statusOf(response)).toBe(NtStatus.MediaWriteProtected);
      expect((await client.read(handle, 0, 64)).toString()).toBe('notes\n');
      await client.close(handle);
    });
  });
});

async function readToEnd(client: VolumeClient, { handle, info }: OpenedFile): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < info.size; at += 65_536) pieces.push(await client.read(handle, at, 65_536));
  return Buffer.concat(pieces);
}

/** The number of the file where a path leads. */
async function numberOf(client: VolumeClient, path: string): Promise<bigint> {
  const { handle, info } = await client.open(path);
  await client.close(handle);
  return info.index;
}

/** Path from the folder, with a leading `/`, and SHA-256 of each file that `restic dump` gives of it. */
async function dumpedByRestic(
  repository: string,
  folder: string,
  filter: readonly string[] = [],
): Promise<[path: string, hash: string][]> {
  const dump = `restic -q --no-lock --no-cache -r "$1" dump "\${@:4}" latest "$2" | tar -x -C "$3"
    cd "$3$2" && find . -type f -print0 | xargs -0 sha256sum --zero | tr '\\0\\n' '\\n\\0'`;
  const args = [repository, folder, await temporaryFolder(), ...filter];
  const said = await scriptOutput(dump, args, { env: { RESTIC_PASSWORD: PASSWORD } });
  return said
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => [line.slice(67), line.slice(0, 64)]);
}

function byPath([one]: readonly string[], [other]: readonly string[]): number {
  return one! < other! ? -1 : 1;
}

/** As reparse points have it: with the separator of Windows. */
function nameText(target: Name): string {
  return Buffer.from(nameBytes(target)).toString().replaceAll('/', '\\');
}

function contentsOf(node: Node): string[] {
  if (node.type === 'file') return [sha256(nameBytes(node.content))];
  return node.type === 'dir' ? node.entries.flatMap(([, child]) => contentsOf(child)) : [];
}
