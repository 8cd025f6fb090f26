import { describe, expect, test } from 'vitest';
import { RepositoryError } from '../../repo/errors.ts';
import type { Snapshot } from '../../repo/repository.ts';
import { MemoryReporter } from '../../repo/testing/memory-reporter.ts';
import { blankAttributes } from '../attributes.ts';
import { type Directory, EntryKind, type Symlink } from '../node.ts';
import { childOf, listNames, namesOf, never } from './testing/list-names.ts';
import { MemoryRepository, makeSnapshot } from './testing/memory-repository.ts';
import { createSnapshotView, createView, type SnapshotsChange, type ViewOptions } from './view.ts';

/** A view of a repository, with a clock that stands still until it is told otherwise. */
async function setUp(options: Partial<ViewOptions> = {}) {
  const repository = new MemoryRepository();
  const reporter = new MemoryReporter();
  const tree = repository.addTree([{ name: 'file', text: 'hello' }]);
  const snapshot = (id: string, time: string, more: Partial<Snapshot> = {}) => ({
    ...makeSnapshot({ id, time: `${time}T00:00:00Z`, tree }),
    ...more,
  });
  repository.current = [snapshot('aa', '2021-01-01'), snapshot('bb', '2021-01-02', { hostname: 'h2' })];
  let now = 0;
  const view = await createView(
    repository,
    {
      pathTemplates: ['ids/%i', 'hosts/%h/%T'],
      timeTemplate: '2006-01-02',
      accepts: () => true,
      ownership: { ownerRoot: false },
      mounter: { uid: 1000, gid: 100 },
      now: () => now,
      ...options,
    },
    reporter,
    never,
  );
  const hosts = (await childOf(view.root, 'hosts')) as Directory;
  const host = (await childOf(hosts, 'host')) as Directory;
  const wait = () => {
    now += repository.listingLifetime;
  };
  return { repository, reporter, snapshot, view, hosts, host, wait };
}

describe('createView', () => {
  test('shows folders, links and snapshots', async () => {
    const { view, host } = await setUp();
    expect(view.root.attributes.inode).toBe(1n);
    expect(await listNames(view.root)).toEqual(['ids', 'hosts']);
    expect(await listNames(host)).toEqual(['2021-01-01', 'latest']);
    expect(await listNames((await childOf(host, '2021-01-01')) as Directory)).toEqual(['file']);
    const latest = (await childOf(host, 'latest')) as Symlink;
    expect(Buffer.from(await latest.target(never)).toString()).toBe('2021-01-01');
    expect(latest.leadsToFolder).toBe(true);
    expect(view.statistics()).toEqual({ bytes: 12_345, nodes: 67 });
  });

  test('may have times of creation where a snapshot that it shows was made on Windows', async () => {
    const { repository, view, snapshot, wait } = await setUp({
      accepts: ({ hostname }) => hostname === 'host',
    });
    expect(view.hasCreationTimes).toBe(false);
    repository.current = [snapshot('cc', '2021-01-03', { paths: ['C:\\'], hostname: 'other' })];
    wait();
    await listNames(view.root);
    expect(view.hasCreationTimes).toBe(false);
    repository.current = [snapshot('dd', '2021-01-04', { paths: ['C:\\'] })];
    wait();
    await listNames(view.root);
    expect(view.hasCreationTimes).toBe(true);
  });

  test('gives folders and links the owner, mode and time that they should have', async () => {
    const { host } = await setUp();
    const time = Date.parse('2021-01-01T00:00:00Z') / 1000;
    const times = { accessSeconds: time, modifySeconds: time, changeSeconds: time };
    const mounters = { uid: 1000, gid: 100, ...times };
    expect(host.attributes).toMatchObject({ kind: EntryKind.Directory, mode: 0o555, links: 1, ...mounters });
    expect((await childOf(host, 'latest')).attributes).toMatchObject({
      kind: EntryKind.Symlink,
      mode: 0o777,
      links: 1,
      size: 10,
      ...mounters,
    });
    const snapshot = await childOf(host, '2021-01-01');
    expect(snapshot.attributes).toMatchObject({ mode: 0o555, uid: 0, gid: 0, ...times });
  });

  test('lists what its nodes are', async () => {
    const { view, hosts, host } = await setUp();
    for (const directory of [view.root, hosts, host]) {
      const listing = await directory.list(never);
      for (let entry = 0; entry < listing.end; entry++) {
        const node = listing.node(entry);
        expect(listing.kind(entry)).toBe(node.kind);
        expect(listing.inode(entry)).toBe(node.attributes.inode);
        expect(listing.attributes(entry, blankAttributes())).toEqual(node.attributes);
        expect(listing.find(listing.name(entry))).toBe(entry);
      }
    }
  });

  test('belongs to root when that is wanted', async () => {
    const { view } = await setUp({ ownership: { ownerRoot: true, umask: 0o077 } });
    expect(view.root.attributes).toMatchObject({ uid: 0, gid: 0, mode: 0o500 });
  });

  test('shows accepted snapshots only', async () => {
    const { view } = await setUp({ accepts: ({ hostname }) => hostname === 'host' });
    expect(await listNames((await childOf(view.root, 'ids')) as Directory)).toEqual(['aa000000']);
  });

  test('gives the same inode numbers at every mount, and different ones to everything', async () => {
    const [one, other] = [await setUp(), await setUp()];
    const inodes = new Set<bigint>();
    for (const path of [
      ['hosts', 'host', '2021-01-01', 'file'],
      ['ids', 'aa000000', 'file'],
    ]) {
      let here: Directory = one.view.root;
      let there: Directory = other.view.root;
      for (const name of path) {
        here = (await childOf(here, name)) as Directory;
        there = (await childOf(there, name)) as Directory;
        expect(here.attributes.inode).toBe(there.attributes.inode);
        inodes.add(here.attributes.inode);
      }
    }
    expect(inodes.size).toBe(7);
  });

  test('dates folders without snapshots by the start of the mount', async () => {
    const before = Math.floor(Date.now() / 1000);
    const { view } = await setUp({ pathTemplates: ['ids/%i', 'hosts/host/x-%i', 'empty/%t'] });
    const { modifySeconds, mode } = (await childOf(view.root, 'empty')).attributes;
    expect(modifySeconds).toBeGreaterThanOrEqual(before);
    expect(modifySeconds).toBeLessThanOrEqual(Date.now() / 1000);
    expect(mode).toBe(0o555);
  });

  test('refuses templates that are not valid', async () => {
    await expect(setUp({ timeTemplate: '' })).rejects.toThrow('The time template is empty');
  });

  test('rejects when the snapshots cannot be listed', async () => {
    const repository = new MemoryRepository();
    repository.snapshotsFailure = new RepositoryError('unavailable', 'No answer');
    const options = {
      pathTemplates: ['%T'],
      timeTemplate: '2006',
      accepts: () => true,
      ownership: { ownerRoot: false },
      mounter: { uid: 0, gid: 0 },
    };
    await expect(createView(repository, options, new MemoryReporter(), never)).rejects.toBe(
      repository.snapshotsFailure,
    );
  });
});

describe('SnapshotsDirectory while snapshots come and go', () => {
  test('asks again only when its list is too old', async () => {
    const { repository, view, wait } = await setUp();
    await Promise.all([view.root.list(never), view.root.list(never)]);
    expect(repository.asked.snapshots).toBe(1);
    wait();
    await Promise.all([view.root.list(never), view.root.list(never)]);
    expect(repository.asked.snapshots).toBe(2);
  });

  test('keeps the numbers of what stays, and gives new ones to what is new', async () => {
    const { repository, snapshot, host, wait } = await setUp();
    const before = await host.list(never);
    repository.current = [...repository.current, snapshot('cc', '2021-01-03')];
    wait();
    const after = await host.list(never);
    expect(after.find(Buffer.from('2021-01-01'))).toBe(before.find(Buffer.from('2021-01-01')));
    expect(before.has(before.find(Buffer.from('latest')))).toBe(true);
    expect(after.has(before.find(Buffer.from('latest')))).toBe(false);
    expect(after.find(Buffer.from('2021-01-03'))).toBeGreaterThanOrEqual(before.end);
    expect(after.find(Buffer.from('latest'))).toBeGreaterThanOrEqual(before.end);
    expect(after.end).toBe(before.end + 2);
    expect(host.attributes.modifySeconds).toBe(Date.parse('2021-01-03T00:00:00Z') / 1000);
  });

  test('stays the same object while it is there', async () => {
    const { repository, snapshot, hosts, host, wait } = await setUp();
    repository.current = [...repository.current, snapshot('cc', '2021-01-03', { hostname: 'h3' })];
    wait();
    expect(await listNames(hosts)).toEqual(['host', 'h2', 'h3']);
    expect(await childOf(hosts, 'host')).toBe(host);
  });

  test('never uses the number of a removed entry again', async () => {
    const { repository, hosts, wait } = await setUp();
    const all = repository.current;
    const number = (await hosts.list(never)).find(Buffer.from('h2'));
    repository.current = all.slice(0, 1);
    wait();
    const without = await hosts.list(never);
    expect(namesOf(without)).toEqual(['host']);
    expect([without.has(number), without.find(Buffer.from('h2')), without.end]).toEqual([false, -1, 2]);
    repository.current = all;
    wait();
    const again = (await hosts.list(never)).find(Buffer.from('h2'));
    expect(again).toBe(2);
  });

  test('is empty once it is gone, and another when it comes back', async () => {
    const { repository, hosts, host, wait } = await setUp();
    const all = repository.current;
    const snapshotFolder = (await childOf(host, '2021-01-01')) as Directory;
    repository.current = [];
    wait();
    expect(await listNames(host)).toEqual([]);
    expect(await listNames(hosts)).toEqual([]);
    // Whoever has a snapshot open goes on reading it.
    expect(await listNames(snapshotFolder)).toEqual(['file']);
    repository.current = all;
    wait();
    const back = (await childOf(hosts, 'host')) as Directory;
    expect(back).not.toBe(host);
    expect(await listNames(back)).toEqual(['2021-01-01', 'latest']);
    expect(await listNames(host)).toEqual([]);
  });

  test('takes a snapshot that was rewritten under its name for a changed one', async () => {
    const { repository, snapshot, host, wait } = await setUp();
    const before = (await host.list(never)).find(Buffer.from('2021-01-01'));
    repository.current = [snapshot('dd', '2021-01-01'), ...repository.current.slice(1)];
    wait();
    expect((await host.list(never)).find(Buffer.from('2021-01-01'))).not.toBe(before);
  });

  test('gives way to a snapshot of its name, and comes back as another', async () => {
    const { repository, snapshot, view, wait } = await setUp({
      pathTemplates: ['hosts/host/%i', '%u', '%t/%T'],
    });
    const asFolder = snapshot('ee', '2021-01-05', { username: 'somebody', tags: ['x'] });
    const asSnapshot = snapshot('ff', '2021-01-06', { username: 'x' });
    const numbers: number[] = [];
    const folders: boolean[] = [];
    for (const current of [asFolder, asSnapshot, asFolder]) {
      repository.current = [current];
      wait();
      numbers.push((await view.root.list(never)).find(Buffer.from('x')));
      const node = (await childOf(view.root, 'x')) as Directory;
      folders.push(node.changes);
      expect(await listNames(node)).toEqual(node.changes ? ['2021-01-05', 'latest'] : ['file']);
    }
    expect(folders).toEqual([true, false, true]);
    expect(new Set(numbers).size).toBe(3);
  });

  test('says how many snapshots came and went', async () => {
    const told: SnapshotsChange[] = [];
    const { repository, snapshot, view, wait } = await setUp({ onChange: (change) => told.push(change) });
    repository.current = [repository.current[1]!, snapshot('cc', '2021-01-03'), snapshot('dd', '2021-01-04')];
    wait();
    await view.root.list(never);
    repository.current = [...repository.current];
    wait();
    await view.root.list(never);
    expect(told).toEqual([{ added: 2, removed: 1, total: 3 }]);
  });

  test('keeps its list when it cannot be renewed, and says so once until it can be again', async () => {
    const { repository, reporter, host, wait } = await setUp();
    for (let round = 1; round <= 2; round++) {
      repository.snapshotsFailure = new RepositoryError('unavailable', 'No answer');
      wait();
      expect(await listNames(host)).toEqual(['2021-01-01', 'latest']);
      wait();
      await listNames(host);
      expect(reporter.warnings).toHaveLength(round);
      repository.snapshotsFailure = undefined;
      wait();
      await listNames(host);
      expect(reporter.notes).toHaveLength(round);
    }
    expect(reporter.warnings[0]).toBe('New snapshots are not shown for now: No answer');
    // Not with every look, when each may take long.
    expect(repository.asked.snapshots).toBe(7);
  });

  test('lets one who waits for a renewal go, with his reason', async () => {
    const { repository, reporter, view, wait } = await setUp();
    repository.gate = new Promise(() => undefined);
    wait();
    const leaving = new AbortController();
    const listing = view.root.list(leaving.signal);
    leaving.abort(new Error('gone'));
    await expect(listing).rejects.toThrow('gone');
    expect(reporter.warnings).toEqual([]);
    repository.gate = Promise.resolve();
    expect(await listNames(view.root)).toEqual(['ids', 'hosts']);
  });

  test('gives others many turns while it renews 10,000 snapshots', async () => {
    const { repository, view, wait } = await setUp();
    await listNames((await childOf(view.root, 'ids')) as Directory);
    repository.current = Array.from({ length: 10_000 }, (_, number) =>
      makeSnapshot({ id: number.toString(16).padStart(8, '0'), hostname: `host${number % 100}` }),
    );
    wait();
    let turns = 0;
    let renewing = true;
    const count = () => {
      turns++;
      if (renewing) setImmediate(count);
    };
    count();
    await view.root.list(never);
    renewing = false;
    expect(await listNames((await childOf(view.root, 'ids')) as Directory)).toHaveLength(10_000);
    expect(turns).toBeGreaterThan(50);
  });
});

describe('createSnapshotView', () => {
  async function nested() {
    const repository = new MemoryRepository();
    const inner = repository.addTree([{ name: 'file', text: 'x', links: 2, sourceInodeLow: 5 }]);
    const outer = repository.addTree([{ name: 'inner', tree: inner, mode: 0o750, uid: 7 }]);
    const tree = repository.addTree([
      { name: 'outer', tree: outer },
      { name: 'file', text: 'y' },
    ]);
    const reporter = new MemoryReporter();
    const at = (subfolder: string) =>
      createSnapshotView(
        repository,
        makeSnapshot({ id: 'abcdef12', tree }),
        subfolder,
        { ownership: { ownerRoot: false } },
        reporter,
        never,
      );
    return { at, reporter };
  }

  test('shows a snapshot at the root', async () => {
    const view = await (await nested()).at('');
    expect(view.root.attributes).toMatchObject({ inode: 1n, mode: 0o555 });
    expect(await listNames(view.root)).toEqual(['file', 'outer']);
    expect(view.statistics().nodes).toBe(67);
  });

  test('shows a folder of a snapshot at the root', async () => {
    const view = await (await nested()).at('/outer/inner/');
    expect(view.root.attributes).toMatchObject({ inode: 1n, mode: 0o750, uid: 7 });
    expect(await listNames(view.root)).toEqual(['file']);
  });

  test.each([
    ['outer/none', 'ENOENT'],
    ['file', 'ENOTDIR'],
    ['file/x', 'ENOTDIR'],
  ])('refuses %s', async (subfolder, code) => {
    await expect((await nested()).at(subfolder)).rejects.toMatchObject({ code });
  });
});
