import { describe, expect, test } from 'vitest';
import { resolveCacheMemory } from './cache-memory.ts';
import { resolveConfig, resolveOutputConfig } from './config.ts';
import { readEnvironment } from './environment.ts';
import type { GlobalFlags } from './global-options.ts';

function resolve(flags: GlobalFlags, variables: Record<string, string> = {}) {
  return resolveConfig({ repo: '/repo', ...flags }, readEnvironment(variables));
}

describe('resolveConfig', () => {
  test('fills in the defaults', () => {
    expect(resolve({})).toEqual({
      location: { kind: 'text', text: '/repo' },
      password: { kind: 'ask' },
      keyHint: undefined,
      lock: true,
      retryLockMs: 0,
      cacheMemory: resolveCacheMemory(undefined),
    });
  });

  test.each<[what: string, flags: GlobalFlags, variables: Record<string, string>, location: object]>([
    ['flag', { repo: '/a' }, {}, { kind: 'text', text: '/a' }],
    ['flag over variable', { repo: '/a' }, { RESTIC_REPOSITORY: '/b' }, { kind: 'text', text: '/a' }],
    ['variable', {}, { RESTIC_REPOSITORY: '/b' }, { kind: 'text', text: '/b' }],
    ['file flag', { repositoryFile: 'f' }, {}, { kind: 'file', path: 'f' }],
    ['file variable', {}, { RESTIC_REPOSITORY_FILE: 'f' }, { kind: 'file', path: 'f' }],
    [
      'file flag over file variable',
      { repositoryFile: 'f' },
      { RESTIC_REPOSITORY_FILE: 'g' },
      { kind: 'file', path: 'f' },
    ],
    [
      'empty variable is unset',
      { repositoryFile: 'f' },
      { RESTIC_REPOSITORY: '' },
      { kind: 'file', path: 'f' },
    ],
  ])('takes the location from a %s', (_, flags, variables, location) => {
    expect(resolveConfig(flags, readEnvironment(variables)).location).toEqual(location);
  });

  test.each<[what: string, flags: GlobalFlags, variables: Record<string, string>]>([
    ['both flags', { repo: '/a', repositoryFile: 'f' }, {}],
    ['flag and file variable', { repo: '/a' }, { RESTIC_REPOSITORY_FILE: 'f' }],
    ['both variables', {}, { RESTIC_REPOSITORY: '/a', RESTIC_REPOSITORY_FILE: 'f' }],
  ])('refuses two locations: %s', (_, flags, variables) => {
    expect(() => resolveConfig(flags, readEnvironment(variables))).toThrow(/exclude each other/);
  });

  test('asks for a location where none is given', () => {
    expect(() => resolveConfig({}, readEnvironment({}))).toThrow(/^No repository given/);
  });

  const command = { RESTIC_PASSWORD_COMMAND: 'pass' };
  const file = { RESTIC_PASSWORD_FILE: 'f' };
  const text = { RESTIC_PASSWORD: 'p' };
  test.each<[what: string, flags: GlobalFlags, variables: Record<string, string>, password: object]>([
    ['nowhere: ask', {}, {}, { kind: 'ask' }],
    ['the variable', {}, text, { kind: 'text', text: 'p' }],
    ['an empty variable: ask', {}, { RESTIC_PASSWORD: '' }, { kind: 'ask' }],
    ['a file, before the variable', {}, { ...file, ...text }, { kind: 'file', path: 'f' }],
    ['a command, before the variable', {}, { ...command, ...text }, { kind: 'command', command: 'pass' }],
    ['a flag, before its variable', { passwordFile: 'g' }, file, { kind: 'file', path: 'g' }],
    ['the option for none', { insecureNoPassword: true }, {}, { kind: 'none' }],
  ])('takes the password from %s', (_, flags, variables, password) => {
    expect(resolve(flags, variables).password).toEqual(password);
  });

  test.each<[what: string, flags: GlobalFlags, variables: Record<string, string>]>([
    ['file and command', { passwordFile: 'f', passwordCommand: 'c' }, {}],
    ['file flag and command variable', { passwordFile: 'f' }, command],
    ['none and a file', { insecureNoPassword: true, passwordFile: 'f' }, {}],
    ['none and a variable', { insecureNoPassword: true }, text],
    ['none and a command variable', { insecureNoPassword: true }, command],
  ])('refuses two passwords: %s', (_, flags, variables) => {
    expect(() => resolve(flags, variables)).toThrow(/excludes? e/);
  });

  test('reads lock, key hint and sizes', () => {
    const flags: GlobalFlags = { lock: false, retryLock: '90s', keyHint: 'ab', cacheMemory: '1G' };
    expect(resolve(flags, { RESTIC_KEY_HINT: 'cd' })).toMatchObject({
      lock: false,
      retryLockMs: 90_000,
      keyHint: 'ab',
      cacheMemory: { contents: 1024 ** 3, trees: 1024 ** 3 },
    });
    expect(resolve({}, { RESTIC_KEY_HINT: 'cd' }).keyHint).toBe('cd');
  });
});

describe('resolveOutputConfig', () => {
  test.each<[flags: GlobalFlags, verbosity: number]>([
    [{}, 1],
    [{ quiet: true }, 0],
    [{ verbose: 1 }, 2],
    [{ verbose: 2 }, 3],
    [{ verbose: 5 }, 3],
  ])('turns %j into verbosity %d', (flags, verbosity) => {
    expect(resolveOutputConfig(flags)).toEqual({ json: false, verbosity });
  });

  test('refuses quiet and verbose together, as restic does', () => {
    expect(() => resolveOutputConfig({ quiet: true, verbose: 1 })).toThrow(/exclude each other/);
  });
});
