/** This program's version, as its package says. */

import { readFileSync } from 'node:fs';

export function readVersion(): string {
  // The package's root is two levels up from src/cli as well as from dist/cli.
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const { version }: { version: string } = JSON.parse(text);
  return version;
}
