/** Runs the command that prints the password. Its arguments may be secrets: errors name the program only. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { CommandError } from '../errors.ts';
import { decodeText, trimSpace } from '../options/text-file.ts';
import { splitShellStrings } from './shell-split.ts';
import { type Start, startOnWindows } from './windows-program.ts';

const MOST_BYTES = 1024 * 1024;

export async function runPasswordCommand(command: string, signal: AbortSignal): Promise<string> {
  const [program = '', ...args] = splitShellStrings(command);
  signal.throwIfAborted();
  const { file, args: given, verbatim } = findStart(program, args);
  // Its complaints and questions go straight to the person, on Windows perhaps by a window of its own: not hidden.
  const child = spawn(file, given, {
    stdio: ['ignore', 'pipe', 'inherit'],
    windowsVerbatimArguments: verbatim,
  });
  const stop = () => {
    child.kill();
    child.stdout.destroy();
  };
  signal.addEventListener('abort', stop, { once: true });
  const ended = once(child, 'close').catch((cause: NodeJS.ErrnoException) => {
    throw new CommandError(`Password command "${program}" cannot be run (${cause.code})`, { cause });
  });
  const [printed, end] = await Promise.allSettled([readAll(child.stdout, program), ended]);
  signal.removeEventListener('abort', stop);
  signal.throwIfAborted();
  const [code, killedBy] = settledValue(end);
  const output = settledValue(printed);
  if (code !== 0) {
    const how = killedBy ? `was ended by ${killedBy}` : `failed with exit code ${code}`;
    throw new CommandError(`Password command "${program}" ${how}`);
  }
  return trimSpace(decodeText(output, `Output of the password command "${program}"`));
}

function findStart(program: string, args: readonly string[]): Start {
  if (process.platform !== 'win32') return { file: program, args, verbatim: false };
  return startOnWindows(program, args, process.env, isFile);
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function settledValue<Value>(outcome: PromiseSettledResult<Value>): Value {
  if (outcome.status === 'rejected') throw outcome.reason;
  return outcome.value;
}

async function readAll(stream: Readable, program: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new CommandError(`Password command "${program}" printed more than 1 MiB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
