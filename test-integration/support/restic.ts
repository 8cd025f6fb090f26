/** The real restic programs on this machine: Debian's own, and a newer one where RESTIC_NEW names it. */

import { spawnSync } from 'node:child_process';
import { type Outcome, output, type RunOptions, run } from './run.ts';

export const PASSWORD = 'correct horse';

export interface Restic {
  /** `restic 0.14.0`. */
  readonly name: string;
  readonly program: string;
  /** The second number of its version: 14 of 0.14.0. */
  readonly minor: number;
}

/**
 * Every restic that tests run with, the system's first. That one is listed even where it is missing, so that
 * `needs('restic')` skips its tests and says so: without an entry there would be no tests to skip.
 */
export const restics: readonly Restic[] = [
  namedRestic('RESTIC') ?? findRestic('restic') ?? { name: 'no restic', program: 'restic', minor: 0 },
  ...[namedRestic('RESTIC_NEW')].filter((named) => named !== undefined),
];

/** The system's. */
export function systemRestic(): Restic {
  return restics[0]!;
}

/** Runs restic on the repository to its end, without its cache. */
export function runRestic(
  restic: Restic,
  repository: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Outcome> {
  return run(restic.program, ['--no-cache', '-r', repository, ...args], withPassword(options));
}

/** What restic printed; the test fails when it fails. */
export function resticOutput(
  restic: Restic,
  repository: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  return output(restic.program, ['--no-cache', '-r', repository, ...args], withPassword(options));
}

/** Variables that name a repository or a password must not reach a test from outside. */
export const CLEAN_ENVIRONMENT = Object.fromEntries(
  Object.keys(process.env)
    .filter((name) => name.startsWith('RESTIC_'))
    .map((name) => [name, undefined]),
);

function withPassword(options: RunOptions): RunOptions {
  return { ...options, env: { ...CLEAN_ENVIRONMENT, RESTIC_PASSWORD: PASSWORD, ...options.env } };
}

function namedRestic(variable: 'RESTIC' | 'RESTIC_NEW'): Restic | undefined {
  const program = process.env[variable];
  if (program === undefined || program === '') return undefined;
  const restic = findRestic(program);
  if (restic === undefined) throw new Error(`${variable} names "${program}", which is no restic`);
  return restic;
}

function findRestic(program: string): Restic | undefined {
  const { stdout } = spawnSync(program, ['version'], { encoding: 'utf8' });
  const match = /^(restic 0\.(\d+)\.\d+)/.exec(stdout ?? '');
  return match === null ? undefined : { name: match[1]!, program, minor: Number(match[2]) };
}
