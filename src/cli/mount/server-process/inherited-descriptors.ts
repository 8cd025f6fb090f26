/**
 * What this process was given open besides its standard descriptors, and would hand on to those that it starts. Node
 * prevents that for the lowest numbers only; a shell's process substitution has 63.
 */

import { closeSync, readdirSync, readFileSync } from 'node:fs';

/** Shown in octal, see proc(5) and open(2). */
const O_CLOEXEC = 0o2000000;
const FIRST_OTHER = 3;

/** Closes them; nothing where the system does not say which there are. */
export function closeInherited(): void {
  // On Windows only the standard ones are handed on, and Wine shows the /proc of its host.
  if (process.platform === 'win32') return;
  for (const descriptor of listInherited()) {
    if (descriptor >= FIRST_OTHER) closeSync(descriptor);
  }
}

function listInherited(): number[] {
  // Where Windows has a \proc, on the drive that we stand on, its numbers are none of ours.
  if (process.platform !== 'linux') return [];
  try {
    return readdirSync('/proc/self/fdinfo').map(Number).filter(isInherited);
  } catch {
    return [];
  }
}

/** Whatever Node opens is closed on exec. */
function isInherited(descriptor: number): boolean {
  try {
    return !closesOnExec(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'latin1'));
  } catch {
    // The one through which the folder was listed is no more.
    return false;
  }
}

/** `info` is /proc/PID/fdinfo/N. Pure. */
export function closesOnExec(info: string): boolean {
  const flags = /^flags:\s+([0-7]+)$/m.exec(info)?.[1];
  return flags === undefined || (Number.parseInt(flags, 8) & O_CLOEXEC) !== 0;
}
