/** Links of Windows, Wine and POSIX on a real mount: where the kernel comes out under each policy. */

import { lstatSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { irregularSnapshot } from './support/foreign-snapshots/irregular-snapshot.ts';
import type { LinkCase } from './support/foreign-snapshots/link-case.ts';
import { posixSnapshot } from './support/foreign-snapshots/posix-snapshot.ts';
import { foreignRepository, irregularRepository } from './support/foreign-snapshots/repositories.ts';
import { SECURITY_DESCRIPTOR } from './support/foreign-snapshots/windows-nodes.ts';
import { windowsSnapshot } from './support/foreign-snapshots/windows-snapshot.ts';
import { ordinaryLinks, wineLinks, wineSnapshot } from './support/foreign-snapshots/wine-snapshot.ts';
import { type Mount, mount } from './support/mount.ts';
import { needs } from './support/require-tool.ts';
import { resticOutput, systemRestic } from './support/restic.ts';
import { nameBytes } from './support/restic-writer/node.ts';
import { output, run, scriptOutput } from './support/run.ts';
import { snapmount } from './support/snapmount.ts';

const mountNeeds = needs('root', '/dev/fuse');
let repository: string;
beforeAll(async () => {
  repository = await foreignRepository();
});

function mountOnly(host: string, policy: string | undefined, folder = ''): Promise<Mount> {
  const links = policy === undefined ? [] : ['--links', policy];
  return mount(repository, { args: ['--snapshot', `latest${folder}`, '--host', host, ...links] });
}

function storedTarget({ node }: LinkCase): string {
  return Buffer.from(nameBytes(node.target)).toString('latin1');
}

function shownTarget({ path }: Mount, link: LinkCase): string {
  return readlinkSync(join(path, link.path), 'buffer').toString('latin1');
}

/** Where the kernel comes out: a path below the mountpoint, or the name of its error. */
function follow(mounted: Mount, link: LinkCase): string {
  try {
    const real = realpathSync.native(join(mounted.path, link.path), 'buffer').toString();
    return real === mounted.path ? '' : real.replace(`${mounted.path}/`, '');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code!;
  }
}

function expected({ leadsTo }: LinkCase): string {
  if (typeof leadsTo === 'object') return leadsTo.path;
  return leadsTo === 'circle' || leadsTo === 'too many' ? 'ELOOP' : 'ENOENT';
}

function outcomes(links: readonly LinkCase[], outcome: (link: LinkCase) => string): [string, string][] {
  return links.map((link) => [link.path, outcome(link)]);
}

/** The lines of `uniq -c`. */
function numbersOf(counted: string): Record<string, number> {
  const lines = counted.trimEnd().split('\n');
  return Object.fromEntries(
    lines.map((line) => {
      const [number, kind] = line.trim().split(' ');
      return [kind, Number(number)];
    }),
  );
}

/** As `find` names them, of what `restic ls --json` lists. */
function kindsIn(listed: string): Record<string, number> {
  const kinds: Record<string, number> = {};
  for (const line of listed.trimEnd().split('\n')) {
    const { struct_type, type } = JSON.parse(line) as { struct_type: string; type: string };
    if (struct_type !== 'node') continue;
    const kind = FIND_KINDS[type]!;
    kinds[kind] = (kinds[kind] ?? 0) + 1;
  }
  return kinds;
}

const FIND_KINDS: Record<string, string> = {
  file: 'f',
  dir: 'd',
  symlink: 'l',
  dev: 'b',
  chardev: 'c',
  fifo: 'p',
  socket: 's',
};

/** By which links of Windows lead to their copies. */
const POLICIES: [name: string, policy: string | undefined][] = [
  ['by default', undefined],
  ['rebase', 'rebase'],
  ['contain', 'contain'],
];

const isOutside = ({ leadsTo }: LinkCase) => leadsTo === 'outside';
const isInside = (link: LinkCase) => !isOutside(link);

describe('links on a mount', mountNeeds, () => {
  test.each(POLICIES)('of Windows lead where they led there: %s', async (_name, policy) => {
    const mounted = await mountOnly('windows', policy);
    const { links } = windowsSnapshot;
    expect(outcomes(links, (link) => follow(mounted, link))).toEqual(outcomes(links, expected));
    expect(links.length).toBeGreaterThan(80);
  });

  test.each(POLICIES)('of Wine lead where they led there: %s', async (_name, policy) => {
    const mounted = await mountOnly('wine', policy);
    const inside = wineLinks.filter(isInside);
    expect(outcomes(inside, (link) => follow(mounted, link))).toEqual(outcomes(inside, expected));
    const outside = wineLinks.find(isOutside)!;
    const shown = policy === 'contain' ? '%outside/usr/share/fonts' : '/usr/share/fonts';
    expect(shownTarget(mounted, outside)).toBe(shown);
  });

  test.each(['rebase', 'contain'])('of POSIX lead to their copies: %s', async (policy) => {
    const mounted = await mountOnly('posix', policy);
    const inside = posixSnapshot.links.filter(isInside);
    expect(outcomes(inside, (link) => follow(mounted, link))).toEqual(outcomes(inside, expected));
    const ordinary = await mountOnly('wine', policy);
    expect(outcomes(ordinaryLinks, (link) => follow(ordinary, link))).toEqual(
      outcomes(ordinaryLinks, expected),
    );
  });

  test('of POSIX out of the snapshot resolve unless they are contained', async () => {
    const links = posixSnapshot.links.filter(
      (link) => isOutside(link) && !storedTarget(link).startsWith('C:'),
    );
    expect(links.length).toBe(2);
    const rebased = await mountOnly('posix', 'rebase');
    expect(outcomes(links, (link) => shownTarget(rebased, link))).toEqual(outcomes(links, storedTarget));
    const contained = await mountOnly('posix', 'contain');
    expect(outcomes(links, (link) => follow(contained, link))).toEqual(outcomes(links, () => 'ENOENT'));
  });

  test('of POSIX show what is stored, byte by byte, by default', async () => {
    const mounted = await mountOnly('posix', undefined);
    const links = posixSnapshot.links.filter((link) => !storedTarget(link).startsWith('C:'));
    expect(outcomes(links, (link) => shownTarget(mounted, link))).toEqual(outcomes(links, storedTarget));
    const wine = await mountOnly('wine', undefined);
    expect(outcomes(ordinaryLinks, (link) => shownTarget(wine, link))).toEqual(
      outcomes(ordinaryLinks, storedTarget),
    );
  });

  test.each([windowsSnapshot, posixSnapshot, wineSnapshot])(
    'of $hostname show what is stored, byte by byte, with --links stored',
    async ({ hostname, links }) => {
      const mounted = await mountOnly(hostname, 'stored');
      expect(outcomes(links, (link) => shownTarget(mounted, link))).toEqual(outcomes(links, storedTarget));
    },
  );

  test.each([windowsSnapshot, posixSnapshot, wineSnapshot])(
    'of $hostname are as long as their size says, under each policy',
    async ({ hostname, links }) => {
      for (const policy of [undefined, 'stored', 'rebase', 'contain']) {
        const mounted = await mountOnly(hostname, policy);
        const sizes = outcomes(links, (link) => String(lstatSync(join(mounted.path, link.path)).size));
        expect(sizes).toEqual(outcomes(links, (link) => String(shownTarget(mounted, link).length)));
        // A listing tells sizes before any target is read.
        await mounted.unmount();
        const again = await mountOnly(hostname, policy);
        const script = 'cd "$1" && find . -type l -printf "%s %l\\0" | tr "\\n\\0" " \\n"';
        const lines = (await scriptOutput(script, [again.path])).split('\n').filter(Boolean);
        expect(lines.length).toBe(links.length);
        for (const line of lines)
          expect(line).toBe(`${line.replace(/^\d+ /, '').length} ${line.replace(/^\d+ /, '')}`);
        await again.unmount();
      }
    },
  );

  test.each([windowsSnapshot, posixSnapshot, wineSnapshot])(
    'of $hostname lead to the names that are shown, by the rule of Windows too',
    async ({ hostname, links }) => {
      const args = ['--snapshot', 'latest', '--host', hostname, '--links', 'rebase', '--names', 'windows'];
      const mounted = await mount(repository, { args });
      const shown = (path: string) => path.replaceAll(':', '\uf03a').replaceAll('\\', '%');
      const inside = links.filter(isInside).map((link) => ({ ...link, path: shown(link.path) }));
      expect(outcomes(inside, (link) => follow(mounted, link))).toEqual(
        outcomes(inside, (link) => shown(expected(link))),
      );
      const sizes = outcomes(inside, (link) => String(lstatSync(join(mounted.path, link.path)).size));
      expect(sizes).toEqual(outcomes(inside, (link) => String(shownTarget(mounted, link).length)));
    },
  );

  test.each(
    ['stored', 'rebase', 'contain'].flatMap((policy) => [
      [policy, 'posix'],
      [policy, 'windows'],
    ]),
  )('are all there, with all else: --links %s --names %s', async (policy, names) => {
    const mounted = await mount(repository, { args: ['--links', policy!, '--names', names!] });
    const countKinds = 'cd "$1" && find . -mindepth 1 -printf "%y\\0" | tr "\\0" "\\n" | sort | uniq -c';
    for (const host of ['windows', 'posix', 'wine']) {
      const shown = await scriptOutput(countKinds, [join(mounted.path, 'hosts', host, 'latest')]);
      const stored = await resticOutput(systemRestic(), repository, [
        'ls',
        '--json',
        '--host',
        host,
        'latest',
      ]);
      expect(numbersOf(shown), host).toEqual(kindsIn(stored));
    }
    await mounted.unmount();
  });

  test('never lead out of the folder that is mounted, if they are contained or of Windows', async () => {
    const mounted = await mountOnly('windows', undefined, ':C/links');
    const found = await scriptOutput('cd "$1" && find . -type l -exec readlink -f {} + || true', [
      mounted.path,
    ]);
    const outside = found.split('\n').filter((line) => line !== '' && !line.startsWith(mounted.path));
    expect(outside).toEqual([]);
    const contained = await mountOnly('posix', 'contain', ':home/u/links');
    const resolved = await scriptOutput('cd "$1" && find . -type l -exec readlink -f {} + || true', [
      contained.path,
    ]);
    expect(resolved.split('\n').filter((line) => line !== '' && !line.startsWith(contained.path))).toEqual(
      [],
    );
  });

  test('can be copied by tar and cp without a complaint', needs('tar'), async () => {
    const mounted = await mountOnly('windows', undefined);
    await output('tar', ['-cf', '/dev/null', '-C', mounted.path, 'C/links', 'C/chain']);
    const copied = await scriptOutput(
      'copy=$(mktemp -d) && cp -a "$1/C/links" "$copy" && find "$copy" -type l | wc -l; rm -rf "$copy"',
      [mounted.path],
    );
    const links = windowsSnapshot.links.filter(({ path }) => path.startsWith('C/links/'));
    expect(Number(copied)).toBe(links.length);
  });
});

describe('irregular nodes on a mount', mountNeeds, () => {
  test('are all there, and say what they are', async () => {
    const irregular = await irregularRepository();
    const mounted = await mount(irregular, { args: ['--snapshot', 'latest'] });
    const shown = (path: string) => readlinkSync(join(mounted.path, path));
    expect(shown('C/Apps/placeholder.zip')).toBe('unsupported reparse point');
    expect(shown('C/Apps/app.exe')).toBe('unsupported reparse point IO_REPARSE_TAG_APPEXECLINK');
    expect(statSync(join(mounted.path, 'C/cygwin/ffmpeg.exe')).size).toBe(3);
    expect(() => statSync(join(mounted.path, 'C/Apps/app.exe'))).toThrow('ENOENT');
    const listed = await snapmount(['-r', irregular, '--json', 'ls', '--recursive', 'latest']);
    const types = listed.stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { type?: string; name: string })
      .filter(({ type }) => type === 'irregular');
    expect(types.map(({ name }) => name).sort()).toEqual(['app.exe', 'ffmpeg.exe', 'placeholder.zip']);
    expect(irregularSnapshot.paths).toEqual(['C:\\']);
  });
});

describe('what Windows says of a file', () => {
  /** STATX came with Linux 6.6. */
  const [major = 0, minor = 0] = release().split('.').map(Number);
  const kernelAsks = major > 6 || (major === 6 && minor >= 6);
  const JUNCTION = 'C/reparse points/another target';

  test('is answered by name and never listed', needs('root', '/dev/fuse', 'getfattr'), async () => {
    const mounted = await mountOnly('windows', undefined);
    const ask = (name: string, path: string) =>
      output('getfattr', ['-h', '--only-values', '-n', name, join(mounted.path, path)]);
    const file = 'C/Users/me/Documents/desktop.ini';
    expect(await ask('user.snapmount.file_attributes', file)).toBe('0x00000026');
    expect(await ask('user.snapmount.creation_time', file)).toBe('2009-02-13T23:31:30.1234567Z');
    expect(await ask('user.snapmount.security_descriptor', file)).toBe(
      SECURITY_DESCRIPTOR.toString('latin1'),
    );
    expect(await ask('user.snapmount.file_attributes', 'C/Users/Public')).toBe('0x00000011');
    expect(await ask('system.snapmount.target', JUNCTION)).toBe('C:\\Windows');
    expect(await ask('system.snapmount.reparse_tag', JUNCTION)).toBe('0xa0000003');
    expect(await ask('system.snapmount.reparse_tag_source', JUNCTION)).toBe('stored');
    expect((await ask('system.snapmount.reparse_point', JUNCTION)).slice(0, 4)).toBe('\x03\x00\x00\xa0');
    expect(await ask('system.snapmount.reparse_tag_source', 'C/links/junction')).toBe('inferred');
    const dump = await run('getfattr', ['-R', '-h', '-d', '-m', '-', mounted.path]);
    expect(dump.stdout).toContain('NOTE');
    expect(dump.stdout).not.toContain('snapmount.');
    const none = await run('getfattr', ['-n', 'user.snapmount.reparse_tag', join(mounted.path, file)]);
    expect(none.stderr).toContain('No such attribute');
  });

  test('has its time of creation as the birth time of stat', mountNeeds, async () => {
    const mounted = await mountOnly('windows', undefined);
    const birth = (path: string) => output('stat', ['-c', '%w', join(mounted.path, path)]);
    for (const path of ['C/Users/me/notes.txt', 'C/Users', 'C/links/junction']) {
      expect(await birth(path)).toBe(kernelAsks ? '2009-02-13 23:31:30.123456700 +0000\n' : '-\n');
    }
    // What nothing is known of has none: the drive itself, and all of a snapshot of POSIX beside it.
    expect(await birth('C')).toBe('-\n');
    const all = await mount(repository, { args: ['--path-template', '%h'] });
    const of = (path: string) => output('stat', ['-c', '%w', join(all.path, path)]);
    expect(await of('posix/home/u/docs/text')).toBe('-\n');
    expect(await of('windows/C/Users/me/notes.txt')).toContain(kernelAsks ? '2009-02-13' : '-');
    const posix = await mountOnly('posix', undefined);
    expect(await output('stat', ['-c', '%w', join(posix.path, 'home/u/docs/text')])).toBe('-\n');
  });

  test('is in the lines of ls --json', async () => {
    const list = async (...args: string[]) => {
      const folder = 'latest:C/reparse points';
      const { stdout } = await snapmount([
        '-r',
        repository,
        '--json',
        'ls',
        '--host',
        'windows',
        ...args,
        folder,
      ]);
      const nodes = stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line));
      return new Map(nodes.map((node) => [node.name, node]));
    };
    const link = (await list()).get('another target');
    expect(link).toMatchObject({
      type: 'symlink',
      linktarget: '../../C/Users/me/Documents',
      linktarget_stored: 'C:\\Windows',
      windows: {
        file_attributes: '0x00000410',
        creation_time: '2009-02-13T23:31:30.1234567Z',
        reparse_tag: '0xa0000003',
        reparse_tag_source: 'stored',
      },
    });
    expect(Buffer.from(link.windows.reparse_point, 'base64').readUInt32LE(0)).toBe(0xa0000003);
    const stored = (await list('--links', 'stored')).get('another target');
    expect(stored.linktarget).toBe('C:\\Windows');
    expect(stored).not.toHaveProperty('linktarget_stored');
    expect((await list()).get('cut short').windows.reparse_tag_source).toBe('inferred');
    const symlinks = await list('--folder-links', 'symlink');
    expect(symlinks.get('cut short').windows.reparse_tag).toBe('0xa000000c');
    expect((await list()).get('unknown').windows.reparse_tag).toBe('0x80007abc');
  });
});

test('refuses a policy that is none with one line', async () => {
  const { code, stderr } = await snapmount(['-r', repository, 'ls', '--links', 'no', 'latest']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/--links.*"stored", "rebase" or "contain"/);
});
