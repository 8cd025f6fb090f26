import { describe, expect, test } from 'vitest';
import { encodeReparseBuffer } from '../../reparse/reparse-buffer.ts';
import type { ReparsePoint } from '../../reparse/reparse-point.ts';
import { jsonLine } from './json-output.ts';
import { bufferObject, bufferText } from './reparse-format.ts';

const VOLUME = '\\??\\Volume{780C6209-d8cd-4e63-838c-f5f047f03c16}\\';
const GUID = '01234567-89ab-cdef-0123-456789abcdef';
const link = { kind: 'symlink', printName: '', relative: false, reservedFlags: 0 } as const;

describe('bufferText', () => {
  test.each<[point: ReparsePoint, lines: string[]]>([
    [
      { kind: 'mount-point', substituteName: '\\??\\C:\\Users\\me', printName: 'C:\\Users\\me' },
      [
        'Kind             junction',
        'Print name       C:\\Users\\me',
        'Leads to         Users\\me, from drive C:',
      ],
    ],
    [
      { kind: 'mount-point', substituteName: VOLUME, printName: '' },
      [
        'Kind             volume mount point',
        'Print name',
        'Leads to         volume 780c6209-d8cd-4e63-838c-f5f047f03c16',
      ],
    ],
    [
      { kind: 'mount-point', substituteName: `${VOLUME}a`, printName: '' },
      ['Kind             junction', 'Leads to         a, from volume 780c6209-d8cd-4e63-838c-f5f047f03c16'],
    ],
    [
      { ...link, substituteName: '\\??\\UNC\\nas\\photos\\2024' },
      ['Kind             symbolic link, absolute', 'Leads to         2024, from share photos of server nas'],
    ],
    [{ ...link, substituteName: '\\??\\UNC\\nas' }, ['Leads to         server nas']],
    [
      { ...link, substituteName: '\\Device\\Mup' },
      ['Leads to         Device\\Mup, from the names of the Windows kernel'],
    ],
    [
      { ...link, substituteName: '\\Windows', relative: true },
      [
        'Kind             symbolic link, relative',
        'Leads to         Windows, from the root of the volume that the link is on',
      ],
    ],
    [
      { ...link, substituteName: 'C:x', relative: true, reservedFlags: 0xc0000000 },
      ['Leads to         x, from the working folder of drive C:', 'Reserved flags   0xc0000000'],
    ],
    [
      { ...link, substituteName: 'a\x1b[2J\ud83d\ude00\ude00', relative: true },
      ['Substitute name  a\\x1b[2J\ud83d\ude00\\ude00'],
    ],
    [
      { kind: 'wsl-symlink', target: Buffer.of(0x2f, 0x61, 0xff, 0x1b) },
      ['Kind    symbolic link of the Windows Subsystem for Linux', 'Target  /a\\xff\\x1b'],
    ],
    [{ kind: 'wsl-symlink', target: undefined }, ['Target  what the file holds']],
    [{ kind: 'af-unix' }, ['Kind  socket', 'Size  8 bytes']],
    [
      { kind: 'opaque', tag: 0x9000001a, guid: undefined, data: Buffer.from('ab\x00\x1b') },
      [
        'Kind  Cloud Files, OneDrive for one',
        'Tag   0x9000001a IO_REPARSE_TAG_CLOUD (of Microsoft, folders may have children)',
        'Data  4 bytes',
        '  0000  61 62 00 1b                                      ab..',
      ],
    ],
    [
      { kind: 'opaque', tag: 0x42, guid: GUID, data: new Uint8Array() },
      ['Kind  unknown', 'Tag   0x00000042 unknown (not of Microsoft)', `GUID  ${GUID}`, 'Data  0 bytes'],
    ],
  ])('of %j has %j', (point, lines) => {
    const text = bufferText(point, encodeReparseBuffer(point));
    for (const line of lines) expect(text.split('\n')).toContain(line);
  });

  test('shows the start of long data and says how much is left', () => {
    const point = { kind: 'opaque', tag: 0x80000013, guid: undefined, data: new Uint8Array(1000) } as const;
    const lines = bufferText(point, encodeReparseBuffer(point)).trimEnd().split('\n');
    expect(lines.slice(4)).toHaveLength(256 / 16 + 1);
    expect(lines.at(-1)).toBe('  ... and 744 bytes more: --json prints all');
  });
});

describe('bufferObject', () => {
  test.each<[point: ReparsePoint, fields: Record<string, unknown>]>([
    [
      { kind: 'mount-point', substituteName: '\\??\\C:\\a', printName: 'C:\\a' },
      { kind: 'junction', target: { kind: 'drive', drive: 'C', parts: ['a'] } },
    ],
    [
      { kind: 'mount-point', substituteName: VOLUME, printName: '' },
      { kind: 'volume-mount-point', substitute_name: VOLUME },
    ],
    [
      { ...link, substituteName: 'a\ude00' },
      { kind: 'symlink', substitute_name: 'a\ude00', relative: false },
    ],
    [
      { kind: 'wsl-symlink', target: Buffer.from('/a') },
      { kind: 'wsl-symlink', target: '/a' },
    ],
    [
      { kind: 'wsl-symlink', target: Buffer.of(0xff) },
      { target: '\\xff', target_raw: '/w==' },
    ],
    [{ kind: 'af-unix' }, { kind: 'af-unix', tag: '0x80000023' }],
    [
      { kind: 'opaque', tag: 0x42, guid: GUID, data: Buffer.of(1) },
      { kind: 'opaque', tag: '0x00000042', microsoft: false, guid: GUID, data: 'AQ==' },
    ],
  ])('of %j has %j', (point, fields) => {
    const buffer = encodeReparseBuffer(point);
    const object: unknown = JSON.parse(jsonLine(bufferObject(point, buffer)));
    expect(object).toMatchObject({ ...fields, buffer: Buffer.from(buffer).toString('base64') });
  });
});
