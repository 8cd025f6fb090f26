/**
 * What a test needs from the machine. Where it is missing the test is skipped and says why; in CI (`CI=true`)
 * a missing tool is a failure, so that nothing is skipped unseen.
 */

import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { loadAddon } from '../../src/mount/fuse-native/addon.ts';

/** Options for `describe` or `test`: skips where one of `tools` is missing. `root`, `/dev/fuse` and `fuse-native` count as tools. */
export function needs(...tools: readonly string[]): { skip: boolean } {
  const missing = tools.filter((tool) => !isPresent(tool));
  if (missing.length === 0) return { skip: false };
  const reason = `needs ${missing.join(', ')}: run scripts/test, which installs what the tests need`;
  if (process.env.CI === 'true') throw new Error(`A test ${reason}`);
  process.stderr.write(`Skipped: a test ${reason}\n`);
  return { skip: true };
}

function isPresent(tool: string): boolean {
  if (tool === 'root') return process.getuid?.() === 0;
  if (tool === '/dev/fuse for everybody') {
    const mode = statSync('/dev/fuse', { throwIfNoEntry: false })?.mode ?? 0;
    return (mode & 0o006) === 0o006;
  }
  if (tool === 'fuse-native') return canLoadFuseNative();
  return tool.startsWith('/') ? existsSync(tool) : isProgram(tool);
}

/** The package, its binary for this machine, and libfuse 2. */
function canLoadFuseNative(): boolean {
  try {
    loadAddon();
    return true;
  } catch {
    return false;
  }
}

function isProgram(name: string): boolean {
  const folders = `${process.env.PATH}${delimiter}/usr/sbin${delimiter}/sbin`.split(delimiter);
  return folders.some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
