/** A password on its way from one process of ours to another, by a pipe: whole, whatever characters it has. */

import type { Readable } from 'node:stream';
import { CommandError } from '../errors.ts';
import { readFirstLine } from './read-first-line.ts';

/** What is written to the pipe. */
export function handOver(password: string): string {
  return `${JSON.stringify(password)}\n`;
}

/** Rejects with CommandError, or with `signal.reason`. */
export async function readHandedOver(input: Readable, signal: AbortSignal): Promise<string> {
  const line = await readFirstLine(input, 'Password on standard input', signal);
  const password = parse(line);
  if (typeof password === 'string') return password;
  throw new CommandError('The process that was to hand the password over has gone');
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // Its message has a part of the line.
    return undefined;
  }
}
