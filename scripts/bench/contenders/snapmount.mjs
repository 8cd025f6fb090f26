// snapmount itself, as people run it: with its lock. Also with portable code only, and with a probe loaded into it.

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { resticEnvironment } from '../data/repository.mjs';
import { startMount } from './fuse-mount.mjs';
import { pathInSnapshots } from './restic.mjs';

const program = fileURLToPath(new URL('../../../bin/snapmount.cjs', import.meta.url));
/** What bin/snapmount.cjs starts; a probe starts the pool before that can say so. */
const POOL_THREADS = '16';

export const snapmount = contender('snapmount', {});
/** Neither OpenSSL nor libzstd: what runs where Node exports no OpenSSL, or koffi has no build. */
export const portable = contender('portable', { SNAPMOUNT_CRYPTO: 'portable' });

function contender(name, environment) {
  const version = execFileSync(process.execPath, [program, '--version'], { encoding: 'utf8' }).split('\n')[0];
  return {
    name,
    version: name === 'portable' ? `${version}, without OpenSSL and libzstd` : version,
    serves: true,
    takesProbes: true,
    reads: ({ repository }) => [repository.path],
    mount: (data, probe) => mount(data, environment, probe),
  };
}

/** `probe` is the URL of a module in probe/, or undefined. */
async function mount({ repository }, environment, probe) {
  const env = { ...resticEnvironment(repository), ...environment };
  if (probe !== undefined) env.UV_THREADPOOL_SIZE = POOL_THREADS;
  const node = probe === undefined ? [process.execPath] : [process.execPath, '--import', probe.href];
  const command = [...node, program, 'mount', '-q', '-r', repository.path];
  const served = await startMount({
    command,
    env,
    firstLook: 'snapshots/latest/',
    probed: probe !== undefined,
  });
  return { ...served, at: (set) => pathInSnapshots(served.path, set) };
}
