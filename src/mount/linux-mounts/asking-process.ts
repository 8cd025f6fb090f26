/** The program that ask-mount.ts runs: asks the mount at its argument and prints what it learned. May hang. */

import { statfsSync } from 'node:fs';
import { constants } from 'node:os';
import type { Said } from './ask-mount.ts';
import { loadLibc } from './libc.ts';
import { PROCESS_ATTRIBUTE } from './server-process.ts';

process.stdout.write(JSON.stringify(await ask(process.argv[2] ?? '')));

async function ask(place: string): Promise<Said> {
  try {
    // Unlike stat(2) never answered from what the kernel remembers; but of a stranger's mount, with zeros.
    statfsSync(place);
  } catch (problem) {
    return { state: stateFrom((problem as NodeJS.ErrnoException).errno ?? 0) };
  }
  const libc = await loadLibc().catch(() => undefined);
  if (libc === undefined) return { state: 'alive' };
  const value = Buffer.alloc(256);
  const length = libc.getxattr(place, PROCESS_ATTRIBUTE, value);
  if (length < 0) return { state: stateFrom(length) };
  return { state: 'alive', process: value.toString('latin1', 0, length) };
}

/** From a negative error number. Whatever else it is, somebody has answered. */
function stateFrom(errno: number): Said['state'] {
  switch (-errno) {
    case constants.errno.ENOTCONN:
    case constants.errno.ECONNABORTED:
      return 'dead';
    case constants.errno.EACCES:
      return 'forbidden';
    default:
      return 'alive';
  }
}
