// What is measured: one row each, less is better in all. `work` uses the mount (work.mjs), after `before`, which is not
// measured; `value` makes the row's figure; `title` is told the amounts of data (data/sets.mjs); `ofServer` leaves the
// disk out, which serves nothing; `probe` is loaded into the mount, so that only snapmount takes part; `splits` says that
// it is worth a look at what snapmount's threads do meanwhile.

import {
  everything,
  findFiles,
  findSizes,
  openFolder,
  readFour,
  readNoise,
  readRandom,
  readText,
  tarSources,
  tarTiny,
} from './work.mjs';

const loopDelay = new URL('./probe/loop-delay.mjs', import.meta.url);
const seconds = { unit: 's', value: (measured) => measured.seconds };
const longestBlock = { unit: 'ms', value: ({ told }) => told.longestMs, probe: loopDelay };
const reading = { ...seconds, splits: true };

export const rows = [
  {
    name: 'mount',
    title: () => 'time to mount',
    unit: 's',
    ofServer: true,
    value: ({ mountSeconds }) => mountSeconds,
  },
  {
    name: 'read',
    title: ({ noise }) => `read ${mebibytes(noise)} of noise`,
    work: readNoise,
    ...reading,
  },
  { name: 'text', title: ({ text }) => `read ${mebibytes(text)} of text`, work: readText, ...reading },
  { name: 'four', title: ({ four }) => `four readers, ${mebibytes(four)} each`, work: readFour, ...reading },
  { name: 'random', title: () => '1,000 random reads of 4 KiB', work: readRandom, ...reading },
  {
    name: 'tar',
    title: ({ sources }) => `tar of ${count(sources)} small files`,
    work: tarSources,
    ...reading,
  },
  { name: 'again', title: () => 'the same again', before: tarSources, work: tarSources, ...seconds },
  { name: 'tiny', title: ({ tiny }) => `tar of ${count(tiny)} tiny files`, work: tarTiny, ...reading },
  { name: 'find', title: ({ many }) => `find -type f over ${count(many)}`, work: findFiles, ...reading },
  { name: 'sizes', title: ({ many }) => `find -size +0 over ${count(many)}`, work: findSizes, ...reading },
  {
    name: 'folder',
    title: ({ folder }) => `list a folder of ${count(folder)}`,
    work: openFolder,
    ...reading,
  },
  {
    name: 'memory',
    title: () => 'peak memory of all of these',
    work: everything,
    unit: 'MiB',
    ofServer: true,
    value: ({ peakMebibytes }) => peakMebibytes,
  },
  { name: 'block', title: () => 'longest block, all of these', work: everything, ...longestBlock },
  { name: 'block-folder', title: () => 'longest block, that folder', work: openFolder, ...longestBlock },
];

function mebibytes(bytes) {
  return `${count(bytes / 2 ** 20)} MiB`;
}

function count(number) {
  return number.toLocaleString('en');
}
