import { describe, expect, test } from 'vitest';
import { NtStatus } from '../wire/nt-status.ts';
import { wayOf } from './follow-link.ts';

describe('a link leads', () => {
  test.each([
    ['b', [], [], '\\b'],
    ['b', ['a'], ['c', 'd'], '\\a\\b\\c\\d'],
    ['../b', ['a', 'x'], [], '\\a\\b'],
    ['..\\b', ['a', 'x'], [], '\\a\\b'],
    ['../../../../b', ['a'], [], '\\b'],
    ['./.', ['a'], [], '\\a'],
    ['..', ['a'], ['c'], '\\c'],
    ['.', [], [], '\\'],
    // What the view shows of a link that leads out of the snapshot is a name that is not there.
    ['%outside/C:/Windows', ['a'], [], '\\a\\%outside\\C:\\Windows'],
  ])('by %j in %j, followed by %j, to %j', (target, folder, rest, path) => {
    for (const leavesVolume of [false, true]) {
      expect(wayOf(target, folder, rest, leavesVolume)).toEqual({ kind: 'inside', path });
    }
  });

  test.each([
    ['C:\\', [], '\\??\\C:'],
    ['C:\\Users', ['me'], '\\??\\C:\\Users\\me'],
    ['\\\\server\\share', ['a'], '\\??\\UNC\\server\\share\\a'],
    [
      '\\\\?\\Volume{01234567-89ab-cdef-0123-456789abcdef}\\',
      ['a'],
      '\\??\\Volume{01234567-89ab-cdef-0123-456789abcdef}\\a',
    ],
  ])('by %j followed by %j out of the volume only where that was chosen', (target, rest, path) => {
    expect(wayOf(target, ['x'], rest, true)).toEqual({ kind: 'outside', path });
    expect(() => wayOf(target, ['x'], rest, false)).toThrow(
      expect.objectContaining({ status: NtStatus.ReparseTagNotHandled }),
    );
  });

  test.each([['/etc/passwd'], ['\\Windows'], ['C:name'], ['\\??\\GLOBALROOT\\Device\\Null']])(
    'by %j nowhere',
    (target) => {
      for (const leavesVolume of [false, true]) {
        expect(() => wayOf(target, [], [], leavesVolume)).toThrow(
          expect.objectContaining({ status: NtStatus.ReparseTagNotHandled }),
        );
      }
    },
  );
});
