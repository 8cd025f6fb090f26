/** The shell of the system, as it takes one line of it. Pure but for where Windows lies. */

import type { SpawnOptions } from 'node:child_process';

export interface ShellCall {
  readonly file: string;
  readonly args: readonly string[];
  readonly options: Pick<SpawnOptions, 'windowsVerbatimArguments'>;
}

/** By absolute paths: nothing is searched for, so that starting one never asks the mount. */
export function shellCall(
  command: string,
  platform: NodeJS.Platform,
  variables: NodeJS.ProcessEnv,
): ShellCall {
  if (platform !== 'win32') return { file: '/bin/sh', args: ['-c', command], options: {} };
  const { SystemRoot: windows = 'C:\\Windows' } = variables;
  return {
    file: `${windows}\\System32\\cmd.exe`,
    // /d: without what the registry would run before; /s: of the quotes only the outer ones are taken away.
    args: ['/d', '/s', '/c', `"${command}"`],
    options: { windowsVerbatimArguments: true },
  };
}
