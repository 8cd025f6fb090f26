/** Runs programs for tests and collects what they say. Knows nothing of snapmount. */

import { spawn } from 'node:child_process';
import { expect } from 'vitest';

export interface RunOptions {
  readonly cwd?: string;
  /** Over this process's own environment; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
}

export interface Outcome {
  /** Undefined when a signal ended it. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. Output is decoded as Latin-1, so that every byte stays one character. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: { ...process.env, LC_ALL: 'C', TZ: 'UTC', ...options.env },
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    const output = { stdout: '', stderr: '' };
    child.stdout?.setEncoding('latin1').on('data', (text: string) => {
      output.stdout += text;
    });
    child.stderr?.setEncoding('latin1').on('data', (text: string) => {
      output.stderr += text;
    });
    child.stdin?.end(options.input);
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? undefined, ...output }));
  });
}

/** What the program printed; the test fails when it fails. */
export async function output(
  command: string,
  args: readonly string[],
  options?: RunOptions,
): Promise<string> {
  const outcome = await run(command, args, options);
  expect(outcome, `${command} ${args.join(' ')}`).toMatchObject({ code: 0 });
  return outcome.stdout;
}

/** Runs a bash script, `$1` and on being `args`, that ends at its first failing command. */
export function script(text: string, args: readonly string[] = [], options?: RunOptions): Promise<Outcome> {
  return run('bash', ['-euo', 'pipefail', '-c', text, 'bash', ...args], options);
}

/** What the script printed; the test fails when it fails. */
export async function scriptOutput(
  text: string,
  args?: readonly string[],
  options?: RunOptions,
): Promise<string> {
  const outcome = await script(text, args, options);
  expect(outcome, text).toMatchObject({ code: 0 });
  return outcome.stdout;
}
