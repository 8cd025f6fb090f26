// The benchmark's repository: one snapshot a data set, under the data set's name as host, made by real restic when
// it is not there yet. Kept below .cache/bench, and read once so that it stands in the page cache.

import { execFileSync } from 'node:child_process';
import { createCipheriv } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cache = fileURLToPath(new URL('../../.cache/bench', import.meta.url));
const MEBIBYTE = 1024 * 1024;

/** Bytes of the one file `large`, files in `small` and `many`. */
const COUNTS = {
  small: { large: 32 * MEBIBYTE, small: 500, many: 5_000 },
  full: { large: 512 * MEBIBYTE, small: 10_000, many: 100_000 },
};

const makers = { large: makeLarge, small: makeSmall, many: makeMany };

export const PASSWORD = 'benchmark';

/** @returns {{ path: string, cache: string, counts: Record<string, number> }} */
export function prepareRepository(dataSets, size, note) {
  const folder = join(cache, size);
  const repository = {
    path: join(folder, 'repository'),
    cache: join(folder, 'restic-cache'),
    counts: COUNTS[size],
  };
  mkdirSync(folder, { recursive: true });
  if (!existsSync(join(repository.path, 'config'))) restic(repository, folder, 'init');
  for (const name of dataSets) {
    if (hasSnapshot(repository, folder, name)) continue;
    note(`making the data set ${name}`);
    rmSync(join(folder, name), { recursive: true, force: true });
    mkdirSync(join(folder, name));
    makers[name](join(folder, name), repository.counts[name]);
    restic(repository, folder, 'backup', '--host', name, name);
    rmSync(join(folder, name), { recursive: true });
  }
  execFileSync('sh', ['-c', 'find "$1" -type f -exec cat {} + > /dev/null', 'sh', repository.path]);
  return repository;
}

function hasSnapshot(repository, folder, host) {
  return JSON.parse(restic(repository, folder, 'snapshots', '--json', '--host', host)).length > 0;
}

function restic(repository, cwd, ...args) {
  return execFileSync(process.env.RESTIC ?? 'restic', ['-q', '-r', repository.path, ...args], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, RESTIC_PASSWORD: PASSWORD, RESTIC_CACHE_DIR: repository.cache },
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 256 * MEBIBYTE,
  });
}

function makeLarge(folder, bytes) {
  const file = openSync(join(folder, 'file'), 'w');
  const noise = noiseFrom(1);
  for (let written = 0; written < bytes; written += MEBIBYTE) writeSync(file, noise(MEBIBYTE));
  closeSync(file);
}

/** Source-like files of 1 to 16 KiB, 100 a folder: half of each is text, half noise. */
function makeSmall(folder, files) {
  const noise = noiseFrom(2);
  for (let number = 0; number < files; number++) {
    const length = 512 * (1 + ((number * 7919) % 16));
    const text = `line ${number} of a file\n`.repeat(Math.ceil(length / 20)).slice(0, length);
    writeFileSync(
      join(folderFor(folder, number), `file-${number}`),
      Buffer.concat([Buffer.from(text), noise(length)]),
    );
  }
}

/** Tiny files, 100 a folder, 10 folders a folder. */
function makeMany(folder, files) {
  for (let number = 0; number < files; number++) {
    const inner = folderFor(join(folder, `part-${Math.floor(number / 1000)}`), number);
    writeFileSync(join(inner, `file-${number}`), `${number}\n`);
  }
}

function folderFor(folder, number) {
  const path = join(folder, `folder-${Math.floor(number / 100)}`);
  if (number % 100 === 0) mkdirSync(path, { recursive: true });
  return path;
}

/** Incompressible bytes, the same in each run: AES in counter mode over zeros. */
function noiseFrom(seed) {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, seed), Buffer.alloc(16));
  return (length) => cipher.update(Buffer.alloc(length));
}
