/** Where the repository is: the text itself, or what a file says. */

import { CommandError } from '../errors.ts';
import type { LocationSource } from './config.ts';
import { readTextFile } from './text-file.ts';

export async function readLocation(source: LocationSource, signal: AbortSignal): Promise<string> {
  if (source.kind === 'text') return source.text;
  const location = await readTextFile(source.path, 'Repository file', signal);
  if (location === '') throw new CommandError(`Repository file "${source.path}" is empty`);
  return location;
}
