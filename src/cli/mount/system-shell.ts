/** The shell of the system, as it takes one line of it. Pure. */

import type { SpawnOptions } from 'node:child_process';
import { cmdCall } from '../../windows/system-programs.ts';

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
  return { ...cmdCall(command, variables), options: { windowsVerbatimArguments: true } };
}
