// The data sets: which folders of files the benchmark reads, how large they are, and how they are made.

import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { noiseFrom, numbersFrom, textFrom } from './bytes.mjs';

const MEBIBYTE = 1024 * 1024;

/** Bytes of the one file of `noise` and of `text` and of each of the four of `four`; files in the others. */
const AMOUNTS = {
  small: {
    noise: 32 * MEBIBYTE,
    text: 16 * MEBIBYTE,
    four: 8 * MEBIBYTE,
    sources: 500,
    tiny: 1_500,
    many: 5_000,
    folder: 5_000,
  },
  full: {
    noise: 1024 * MEBIBYTE,
    text: 256 * MEBIBYTE,
    four: 128 * MEBIBYTE,
    sources: 10_000,
    tiny: 30_000,
    many: 300_000,
    folder: 200_000,
  },
};

const makers = {
  noise: makeNoise,
  text: makeText,
  four: makeFour,
  sources: makeSources,
  tiny: makeTiny,
  many: makeMany,
  folder: makeFolder,
};

/** @returns {{ name: string, amount: number, make: (folder: string) => void }[]} `folder` exists and is empty. */
export function dataSets(size) {
  return Object.entries(AMOUNTS[size]).map(([name, amount]) => ({
    name,
    amount,
    make: (folder) => makers[name](folder, amount),
  }));
}

function makeNoise(folder, bytes) {
  writeStream(join(folder, 'file'), bytes, noiseFrom(1));
}

function makeText(folder, bytes) {
  writeStream(join(folder, 'file'), bytes, textFrom(2));
}

function makeFour(folder, bytes) {
  for (let number = 1; number <= 4; number++)
    writeStream(join(folder, `file-${number}`), bytes, noiseFrom(16 + number));
}

function writeStream(path, bytes, next) {
  const file = openSync(path, 'w');
  for (let written = 0; written < bytes; written += MEBIBYTE) writeSync(file, next(MEBIBYTE));
  closeSync(file);
}

/** Files of 1 to 16 KiB, about 100 a folder: half of each is text, half noise. */
function makeSources(folder, files) {
  const noise = noiseFrom(3);
  const text = textFrom(4);
  const numbers = numbersFrom(5);
  const folders = folderNames(folder, () => 80 + numbers(41));
  for (let number = 0; number < files; number++) {
    const half = 512 + numbers(7681);
    writeFileSync(join(folders(), `file-${number}`), Buffer.concat([text(half), noise(half)]));
  }
}

/** Files of 10 to 200 bytes of text, about 100 a folder. */
function makeTiny(folder, files) {
  const text = textFrom(6);
  const numbers = numbersFrom(7);
  const folders = folderNames(folder, () => 80 + numbers(41));
  for (let number = 0; number < files; number++)
    writeFileSync(join(folders(), `file-${number}`), text(10 + numbers(191)));
}

/** Files of some bytes, 100 to 1,000 a folder. */
function makeMany(folder, files) {
  const numbers = numbersFrom(8);
  const folders = folderNames(folder, () => 100 + numbers(901));
  for (let number = 0; number < files; number++)
    writeFileSync(join(folders(), `document-${number}.txt`), `${number}\n`);
}

/** Files of some bytes, all in one folder. */
function makeFolder(folder, files) {
  for (let number = 0; number < files; number++)
    writeFileSync(join(folder, `picture-${number}.jpg`), `${number}\n`);
}

/** Returns what gives the folder for the next file: `size()` files each, ten folders in a folder. */
function folderNames(root, size) {
  let room = 0;
  let count = 0;
  let current;
  return () => {
    if (room-- > 0) return current;
    current = join(root, `part-${Math.floor(count / 10)}`, `folder-${count}`);
    mkdirSync(current, { recursive: true });
    count++;
    room = size() - 1;
    return current;
  };
}
