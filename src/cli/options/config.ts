/**
 * Flags and environment become one typed configuration: what wins over what, and what excludes what, is decided
 * here and nowhere else. Pure: opens no file and asks nobody.
 */

import { CommandError } from '../errors.ts';
import { type CacheMemory, resolveCacheMemory } from './cache-memory.ts';
import { parseDuration } from './duration.ts';
import type { Environment } from './environment.ts';
import type { GlobalFlags } from './global-options.ts';

export type LocationSource =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'file'; readonly path: string };

export type PasswordSource =
  /** The repository's password is empty, and the person said so. */
  | { readonly kind: 'none' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'command'; readonly command: string }
  /** From the terminal, or the first line of standard input. */
  | { readonly kind: 'ask' }
  /** On standard input, by the process that started this one to serve a mount; see `handOver`. */
  | { readonly kind: 'handed' };

/** quiet: warnings only; normal; verbose; very verbose: with the causes of errors. */
export type Verbosity = 0 | 1 | 2 | 3;

export interface Config {
  readonly location: LocationSource;
  readonly password: PasswordSource;
  readonly keyHint: string | undefined;
  readonly lock: boolean;
  readonly retryLockMs: number;
  readonly cacheMemory: CacheMemory;
}

export interface OutputConfig {
  readonly json: boolean;
  readonly verbosity: Verbosity;
}

/** Throws CommandError. */
export function resolveConfig(flags: GlobalFlags, environment: Environment): Config {
  return {
    location: resolveLocationSource(flags, environment),
    password: resolvePasswordSource(flags, environment),
    keyHint: flags.keyHint ?? environment.keyHint,
    lock: flags.lock ?? true,
    retryLockMs: flags.retryLock === undefined ? 0 : parseDuration(flags.retryLock),
    cacheMemory: resolveCacheMemory(flags.cacheMemory),
  };
}

/** Throws CommandError. */
export function resolveOutputConfig(flags: GlobalFlags): OutputConfig {
  const verbose = flags.verbose ?? 0;
  if (flags.quiet && verbose > 0) {
    throw new CommandError('Options --quiet and --verbose exclude each other, give only one');
  }
  return {
    json: flags.json ?? false,
    verbosity: flags.quiet ? 0 : verbose === 0 ? 1 : verbose === 1 ? 2 : 3,
  };
}

function resolveLocationSource(flags: GlobalFlags, environment: Environment): LocationSource {
  const text = flags.repo ?? environment.repository;
  const path = flags.repositoryFile ?? environment.repositoryFile;
  if (text && path) {
    throw new CommandError(
      'Options --repo and --repository-file (or RESTIC_REPOSITORY and RESTIC_REPOSITORY_FILE) exclude each other, give only one',
    );
  }
  if (path) return { kind: 'file', path };
  if (text) return { kind: 'text', text };
  throw new CommandError('No repository given: use -r, --repository-file or RESTIC_REPOSITORY');
}

function resolvePasswordSource(flags: GlobalFlags, environment: Environment): PasswordSource {
  const path = (flags.passwordFile ?? environment.passwordFile) || undefined;
  const command = (flags.passwordCommand ?? environment.passwordCommand) || undefined;
  if (path !== undefined && command !== undefined) {
    throw new CommandError('Password file and password command exclude each other, give only one');
  }
  if (flags.insecureNoPassword) {
    if (path !== undefined || command !== undefined || environment.password !== undefined) {
      throw new CommandError('Option --insecure-no-password excludes every other source of a password');
    }
    return { kind: 'none' };
  }
  if (command !== undefined) return { kind: 'command', command };
  if (path !== undefined) return { kind: 'file', path };
  if (environment.password !== undefined) return { kind: 'text', text: environment.password };
  return { kind: 'ask' };
}
