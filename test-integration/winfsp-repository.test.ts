import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VolumeClient } from '../src/mount/winfsp/testing/volume-client.ts';
import { CreateOption, FileAttribute } from '../src/mount/winfsp/wire/constants.ts';
import { foreignRepository, foreignSnapshots } from './support/foreign-snapshots/repositories.ts';
import { needs } from './support/require-tool.ts';
import { PASSWORD } from './support/restic.ts';
import { type Node, nameBytes } from './support/restic-writer/node.ts';
import {
  compileForWindows,
  endWine,
  installStandIn,
  WINE_NEEDS,
  windowsPath,
} from './support/windows/wine.ts';
import { mountUnderWine, type WineMount } from './support/windows/wine-mount.ts';

describe('a repository in a Windows process, under Wine', needs(...WINE_NEEDS), () => {
  let folder = '';
  let mount: WineMount;
  let client: VolumeClient;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'snapmount-windows-'));
    await installStandIn();
    const program = await compileForWindows(folder, 'test-integration/programs/windows-mount.ts');
    const repository = windowsPath(await foreignRepository());
    mount = await mountUnderWine(program, { mountpoint: 'X:', more: [repository, PASSWORD] });
    client = new VolumeClient(await mount.device());
  });

  afterAll(async () => {
    mount?.tell('unmount');
    const ended = await mount?.ended();
    rmSync(folder, { recursive: true, force: true });
    await endWine();
    expect(ended).toMatchObject({
      code: 0,
      last: { event: 'closed' },
      report: { unanswered: 0, unknown: 0, malformed: 0, twice: 0 },
    });
  });

  test.each(foreignSnapshots)(
    'shows every file of $hostname with its bytes, as file or as stream',
    async ({ hostname, tree }) => {
      const shown = await contentsBelow(`\\hosts\\${hostname}\\latest`);
      expect(shown.toSorted()).toEqual(contentsOf(tree).toSorted());
      expect(shown.length).toBeGreaterThan(2);
    },
  );

  test('finds files by any spelling, through links, and streams by their names', async () => {
    const me = '\\hosts\\windows\\latest\\C\\Users\\me';
    const read = async (path: string) => (await client.readFile(path)).toString();
    expect(await read(`${me}\\NOTES.TXT`)).toBe('notes\n');
    expect(await read(`${me}\\downloads\\SETUP.exe:zone.identifier`)).toBe('[ZoneTransfer]\r\nZoneId=3\r\n');
    expect(await read(`${me}\\Downloads\\setup.exe:note:$DATA`)).toBe('from the net\n');
    expect(await read(`${me}\\Downloads:info`)).toBe('of a folder\n');
  });

  test('shows the attributes of Windows', async () => {
    const path = '\\hosts\\windows\\latest\\C\\Users\\me\\Documents\\desktop.ini';
    const { handle, info } = await client.open(path);
    expect(info.attributes).toBe(FileAttribute.Hidden | FileAttribute.System | FileAttribute.Archive);
    await client.close(handle);
  });

  test('marks links to folders as folders, which programs look at before they follow one', async () => {
    const folderLink = FileAttribute.ReparsePoint | FileAttribute.Directory;
    const listed = (await client.list('\\hosts\\windows')).find(({ name }) => name === 'latest');
    expect(listed?.info.attributes).toBe(folderLink);
    const options = { options: CreateOption.OpenReparsePoint };
    const { handle, info } = await client.open('\\hosts\\windows\\latest', options);
    expect(info.attributes).toBe(folderLink);
    await client.close(handle);
  });

  /** Hashes of all that has bytes below the folder. Links are not followed. */
  async function contentsBelow(path: string): Promise<string[]> {
    const found: string[] = await streamsOf(path);
    for (const { name, info } of await client.list(path)) {
      if (name === '.' || name === '..' || (info.attributes & FileAttribute.ReparsePoint) !== 0) continue;
      const below = `${path}\\${name}`;
      if ((info.attributes & FileAttribute.Directory) !== 0) found.push(...(await contentsBelow(below)));
      else found.push(hash(await client.readFile(below)), ...(await streamsOf(below)));
    }
    return found;
  }

  async function streamsOf(path: string): Promise<string[]> {
    const { handle } = await client.open(path);
    const streams = (await client.streams(handle)).filter(([name]) => name !== '');
    await client.close(handle);
    return Promise.all(streams.map(async ([name]) => hash(await client.readFile(`${path}:${name}`))));
  }
});

function contentsOf(node: Node): string[] {
  if (node.type === 'file') return [hash(nameBytes(node.content))];
  return node.type === 'dir' ? node.entries.flatMap(([, child]) => contentsOf(child)) : [];
}

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
