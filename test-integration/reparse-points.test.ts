/**
 * Reparse points that were put together without the codec, and what real restic makes of snapshots that hold them as
 * docs/REPARSE.md proposes.
 */

import { readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { decodeReparseBuffer, encodeReparseBuffer } from '../src/reparse/reparse-buffer.ts';
import type { ReparsePoint } from '../src/reparse/reparse-point.ts';
import { decodeWineLink, encodeWineLink } from '../src/reparse/wine-link.ts';
import { temporaryFolder } from './support/fixtures.ts';
import * as buffers from './support/foreign-snapshots/reparse-buffers.ts';
import { foreignRepository } from './support/foreign-snapshots/repositories.ts';
import { ordinaryLinks, wineLinks } from './support/foreign-snapshots/wine-snapshot.ts';
import { needs } from './support/require-tool.ts';
import { restics, runRestic } from './support/restic.ts';
import { nameBytes } from './support/restic-writer/node.ts';

const FOLDER = 'C/reparse points';
const ATTRIBUTE = 'windows.reparse_point';

describe('a reparse buffer', () => {
  test.each<[what: string, buffer: Uint8Array, point: Partial<ReparsePoint>]>([
    [
      'of a junction',
      buffers.mountPointBuffer('\\??\\C:\\a', 'C:\\a'),
      { kind: 'mount-point', substituteName: '\\??\\C:\\a', printName: 'C:\\a' },
    ],
    [
      'of an absolute link',
      buffers.symlinkBuffer('\\??\\C:\\a', 'C:\\a', false),
      { kind: 'symlink', substituteName: '\\??\\C:\\a', printName: 'C:\\a', relative: false },
    ],
    [
      'of a relative link',
      buffers.symlinkBuffer('..\\a', '..\\b', true),
      { kind: 'symlink', substituteName: '..\\a', printName: '..\\b', relative: true },
    ],
    [
      'of a link of WSL',
      buffers.wslSymlinkBuffer('../é'),
      { kind: 'wsl-symlink', target: Uint8Array.from(Buffer.from('../é')) },
    ],
    ['of a socket', buffers.AF_UNIX_BUFFER, { kind: 'af-unix' }],
    ['of a deduplicated file', buffers.DEDUP_BUFFER, { kind: 'opaque', tag: 0x80000013 }],
    ['of a cloud file', buffers.CLOUD_BUFFER, { kind: 'opaque', tag: 0x9000001a }],
    ['of an execution alias', buffers.APP_EXEC_LINK_BUFFER, { kind: 'opaque', tag: 0x8000001b }],
    ['of a tag without a name', buffers.UNKNOWN_BUFFER, { kind: 'opaque', tag: 0x80007abc }],
    [
      'of somebody else',
      buffers.THIRD_PARTY_BUFFER,
      { kind: 'opaque', tag: 0xabc, guid: '33221100-5544-7766-8899-aabbccddeeff' },
    ],
  ])('%s is read, and written byte by byte as it was', (_what, buffer, point) => {
    const decoded = decodeReparseBuffer(buffer);
    expect(decoded).toMatchObject(point);
    expect(Buffer.from(encodeReparseBuffer(decoded)).toString('hex')).toBe(
      Buffer.from(buffer).toString('hex'),
    );
  });
});

describe('in a Wine prefix', () => {
  test.each(wineLinks)('$path holds a reparse point, and is written byte by byte as it was', ({ node }) => {
    const target = Buffer.from(nameBytes(node.target));
    const link = decodeWineLink(target)!;
    expect(Buffer.from(encodeWineLink(link)).toString()).toBe(target.toString());
  });

  test.each(ordinaryLinks)('$path is an ordinary link', ({ node }) => {
    expect(decodeWineLink(nameBytes(node.target))).toBeUndefined();
  });
});

describe.each(restics)('whole reparse points in snapshots beside $name', needs('restic'), (restic) => {
  let repository: string;
  beforeAll(async () => {
    repository = await foreignRepository();
  });

  test('do not keep it from restoring the links by their targets, with one warning at most', async () => {
    const folder = await temporaryFolder();
    const args = ['restore', 'latest', '--host', 'windows', '--target', folder, '--include', `/${FOLDER}`];
    const { code, stdout, stderr } = await runRestic(restic, repository, args);
    expect(code).toBe(0);
    // It knows of such attributes since 0.17.
    expect(`${stdout}${stderr}`.split(ATTRIBUTE)).toHaveLength(restic.minor < 17 ? 1 : 2);
    expect(await readlink(join(folder, FOLDER, 'junction'))).toBe('C:\\Users\\me\\Documents');
    expect(await readlink(join(folder, FOLDER, 'another target'))).toBe('C:\\Windows');
  });
});
