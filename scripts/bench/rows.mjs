// What is measured: one row each. `data` names the data sets it needs (data.mjs), `work` uses the mount and throws
// when what it got is not what was backed up, `value` makes the row's figure. Less is better in every row.

import { execFileSync } from 'node:child_process';

const seconds = { unit: 's', value: (measured) => measured.seconds };

export const rows = [
  {
    name: 'mount',
    title: 'time to mount, until the newest snapshot is listed',
    data: ['large', 'small', 'many'],
    unit: 's',
    value: (measured) => measured.mountSeconds,
  },
  {
    name: 'read',
    title: 'cold read of an incompressible file',
    data: ['large'],
    work: readLarge,
    ...seconds,
  },
  { name: 'tar', title: 'tar of small files', data: ['small'], work: tarSmall, ...seconds },
  { name: 'find', title: 'find -size +0 over many files', data: ['many'], work: findMany, ...seconds },
  {
    name: 'memory',
    title: 'peak memory, read, tar and find in one mount',
    data: ['large', 'small', 'many'],
    unit: 'MiB',
    work: (path, repository) => {
      for (const part of [readLarge, tarSmall, findMany]) part(path, repository);
    },
    value: (measured) => measured.peakMebibytes,
  },
];

function readLarge(path, { counts }) {
  const read = shell(
    'dd if="$1" bs=1M of=/dev/null status=none iflag=fullblock && stat -c %s "$1"',
    `${at(path, 'large')}/file`,
  );
  expect('bytes of the large file', read, counts.large);
}

// Through a pipe: GNU tar does not read files at all when it writes to /dev/null.
function tarSmall(path, { counts }) {
  const files = shell('tar -C "$1" -cf - . | tar -tf - | grep -vc /$', at(path, 'small'));
  expect('files in the archive', files, counts.small);
}

function findMany(path, { counts }) {
  expect('files found', shell('find "$1" -type f -size +0 | wc -l', at(path, 'many')), counts.many);
}

const at = (path, data) => `${path}/hosts/${data}/latest/${data}`;

function shell(script, path) {
  return Number(execFileSync('bash', ['-euo', 'pipefail', '-c', script, 'bash', path], { encoding: 'utf8' }));
}

function expect(what, found, wanted) {
  if (found !== wanted) throw new Error(`The ${what}: ${found}, not ${wanted}`);
}
