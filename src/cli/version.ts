/** This program's version, as its package says. */

import { readFileSync } from 'node:fs';
import { WINFSP_NOTICE, WINFSP_SITE } from '../mount/winfsp/notice.ts';

/** What `--version` prints: the version, and what the licence of WinFsp asks for. */
export function versionText(): string {
  return `snapmount ${readVersion()}\nOn Windows it mounts through ${WINFSP_NOTICE}, ${WINFSP_SITE}`;
}

export function readVersion(): string {
  // The package's root is two levels up from src/cli as well as from dist/cli.
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const { version }: { version: string } = JSON.parse(text);
  return version;
}
