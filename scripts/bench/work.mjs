// What people do on a mount, each with the programs that they would use. `at` gives the path of a data set; what
// comes back says what was seen, and must be the same on every mount. Everything is read through to its end.

import { execFileSync } from 'node:child_process';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { numbersFrom } from './data/bytes.mjs';

const PAGE = 4096;
const RANDOM_READS = 1000;

/** Bytes read, as dd counted them. */
export function readNoise(at) {
  return readFile(`${at('noise')}/file`);
}

export function readText(at) {
  return readFile(`${at('text')}/file`);
}

/** Four programs, a file each: parts of one file would be one program's work cut up. */
export function readFour(at) {
  // What a dd says comes in pieces, which four at once would mix.
  const one = 'dd if="$1/file-$n" bs=1M of=/dev/null 2>&1 | tail -n 1';
  const said = shell(`for n in 1 2 3 4; do { ${one}; } & done; wait`, at('four'));
  return [...said.matchAll(/^(\d+) bytes/gm)].map(([, bytes]) => bytes);
}

/** Bytes of the archive. Through a pipe: GNU tar reads no files when it writes to /dev/null. */
export function tarSources(at) {
  return shell('tar -C "$1" -cf - . | wc -c', at('sources'));
}

export function tarTiny(at) {
  return shell('tar -C "$1" -cf - . | wc -c', at('tiny'));
}

/** Files found. */
export function findFiles(at) {
  return shell('find "$1" -type f | wc -l', at('many'));
}

export function findSizes(at) {
  return shell('find "$1" -size +0 -type f | wc -l', at('many'));
}

/** Entries listed, in the order in which they come. */
export function openFolder(at) {
  return shell('ls -U "$1" | wc -l', at('folder'));
}

/** The bytes, from pages anywhere in the file. Read here: a program's start would take longer than a disk does. */
export function readRandom(at) {
  const file = openSync(`${at('noise')}/file`, 'r');
  const seen = Buffer.alloc(RANDOM_READS * PAGE);
  const numbers = numbersFrom(42);
  const pages = Math.floor(fstatSync(file).size / PAGE);
  for (let read = 0; read < RANDOM_READS; read++)
    readSync(file, seen, read * PAGE, PAGE, numbers(pages) * PAGE);
  closeSync(file);
  return seen;
}

export function everything(at) {
  return [
    readNoise,
    readText,
    readFour,
    tarSources,
    tarTiny,
    findFiles,
    findSizes,
    openFolder,
    readRandom,
  ].map((work) => work(at));
}

function readFile(path) {
  const said = shell('dd if="$1" bs=1M iflag=fullblock of=/dev/null 2>&1', path);
  return /^(\d+) bytes/m.exec(said)?.[1];
}

function shell(script, path) {
  const env = { ...process.env, LC_ALL: 'C' };
  const options = { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'inherit'] };
  return execFileSync('bash', ['-euo', 'pipefail', '-c', script, 'bash', path], options).trim();
}
