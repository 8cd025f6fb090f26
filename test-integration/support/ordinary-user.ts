/**
 * What a test needs to run the program as an ordinary user: a prefix for its command line, things that belong to that
 * user, and an installed copy of the program, outside of the checkout, which only root may be able to read.
 */

import { chmodSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { projectFolder, temporaryFolder } from './fixtures.ts';
import { asNobody, NOBODY } from './prefixes.ts';
import { output, script } from './run.ts';

/** What to put before a command line. */
export const asOrdinaryUser = [
  ...asNobody,
  // root's own may name folders that nobody else can search.
  ...['env', 'PATH=/usr/local/bin:/usr/bin:/bin'],
];

/** `path` lies in a temporary folder of the test's own, which others may then search. */
export async function giveToNobody(path: string): Promise<void> {
  chmodSync(dirname(path), 0o755);
  await output('chown', ['-R', `${NOBODY}:${NOBODY}`, path]);
}

/** A new folder to mount on. */
export function ownFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'snapmount-user-'));
  chmodSync(folder, 0o777);
  return folder;
}

/** Packs the program as it is published and unpacks it, with its dependencies, where everybody can read it. */
export async function installPackage(): Promise<string> {
  const folder = await temporaryFolder();
  const npm = (...args: string[]) => output('npm', args, { cwd: projectFolder });
  await npm('pack', '--ignore-scripts', '--silent', '--pack-destination', folder);
  await script('cd "$1" && tar -xf *.tgz', [folder]);
  const [, ...dependencies] = (await npm('ls', '--omit=dev', '--all', '--parseable')).trim().split('\n');
  for (const dependency of dependencies) {
    const target = join(folder, 'package', relative(projectFolder, dependency));
    mkdirSync(dirname(target), { recursive: true });
    await output('cp', ['-R', dependency, target]);
  }
  await output('chmod', ['-R', 'a+rX', folder]);
  return join(folder, 'package');
}
