import { describe, expect, test } from 'vitest';
import { type NtPath, parseNtPath, parseSubstituteName } from './nt-path.ts';

const GUID = '780c6209-d8cd-4e63-838c-f5f047f03c16';
const volume = (...parts: string[]): NtPath => ({ kind: 'volume', guid: GUID, parts });
const drive = (letter: string, ...parts: string[]): NtPath => ({ kind: 'drive', drive: letter, parts });
const share = (name: string, ...parts: string[]): NtPath => ({
  kind: 'unc',
  server: 'nas',
  share: name,
  parts,
});

describe('parseNtPath', () => {
  test.each<[target: string, path: NtPath]>([
    ['C:\\Users\\me', drive('C', 'Users', 'me')],
    ['c:/Users//me/', drive('C', 'Users', 'me')],
    ['C:\\', drive('C')],
    ['C:', drive('C')],
    ['C:\\a\\..\\.\\b', drive('C', 'a', '..', '.', 'b')],
    ['\\\\?\\C:\\Users', drive('C', 'Users')],
    ['\\\\.\\C:\\Users', drive('C', 'Users')],
    ['\\??\\C:\\Users', drive('C', 'Users')],
    ['\\??\\d:', drive('D')],
    ['//?/C:/Users', drive('C', 'Users')],
    ['C:me\\too', { kind: 'drive-relative', drive: 'C', parts: ['me', 'too'] }],
    ['\\\\nas\\photos\\2024', share('photos', '2024')],
    ['//nas/photos', share('photos')],
    ['\\\\nas', share('')],
    ['\\\\?\\UNC\\nas\\photos\\2024', share('photos', '2024')],
    ['\\??\\unc\\nas\\photos', share('photos')],
    [`\\\\?\\Volume{${GUID}}\\`, volume()],
    [`\\??\\Volume{${GUID.toUpperCase()}}\\a\\b`, volume('a', 'b')],
    [`\\??\\volume{${GUID}}`, volume()],
    ['\\Windows\\System32', { kind: 'rooted', parts: ['Windows', 'System32'] }],
    ['/etc', { kind: 'rooted', parts: ['etc'] }],
    ['\\', { kind: 'rooted', parts: [] }],
    ['..\\x', { kind: 'relative', parts: ['..', 'x'] }],
    ['a/b\\c', { kind: 'relative', parts: ['a', 'b', 'c'] }],
    ['.', { kind: 'relative', parts: ['.'] }],
    ['', { kind: 'relative', parts: [] }],
    ['file:stream', { kind: 'relative', parts: ['file:stream'] }],
    ['\\\\?\\GLOBALROOT\\Device\\X\\a', { kind: 'device', parts: ['GLOBALROOT', 'Device', 'X', 'a'] }],
    ['\\\\.\\PhysicalDrive0', { kind: 'device', parts: ['PhysicalDrive0'] }],
    ['\\??\\C:me', { kind: 'device', parts: ['C:me'] }],
    ['\\??\\Volume{1}\\a', { kind: 'device', parts: ['Volume{1}', 'a'] }],
    ['\\??\\', { kind: 'device', parts: [] }],
    ['a\\\0\\\ud83d\n', { kind: 'relative', parts: ['a', '\0', '\ud83d\n'] }],
  ])('reads %j as %j', (target, path) => {
    expect(parseNtPath(target)).toEqual(path);
  });

  test('takes a long run of separators in one go', () => {
    expect(parseNtPath('\\'.repeat(1_000_000))).toEqual({ kind: 'unc', server: '', share: '', parts: [] });
  });
});

describe('parseSubstituteName', () => {
  test.each<[name: string, relative: boolean, path: NtPath]>([
    ['\\Device\\Mup\\a', false, { kind: 'device', parts: ['Device', 'Mup', 'a'] }],
    ['\\Device\\Mup\\a', true, { kind: 'rooted', parts: ['Device', 'Mup', 'a'] }],
    ['\\??\\C:\\a', false, drive('C', 'a')],
    ['..\\a', true, { kind: 'relative', parts: ['..', 'a'] }],
  ])('reads %j, relative %s, as %j', (name, relative, path) => {
    expect(parseSubstituteName(name, relative)).toEqual(path);
  });
});
