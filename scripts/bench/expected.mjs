// What a row's work sees on the source files: the right answer on every mount.

import { isDeepStrictEqual } from 'node:util';
import { diskContender } from './contenders/disk.mjs';

/** Returns a check, which throws. Its first call for a row brings the row's source files into the page cache. */
export async function makeCheck(data) {
  const { at } = await diskContender(data).mount();
  const answers = new Map();
  return (row, contender, seen) => {
    if (row.work === undefined) return;
    if (!answers.has(row.name)) answers.set(row.name, row.work(at));
    if (isDeepStrictEqual(seen, answers.get(row.name))) return;
    throw new Error(`${row.name}: what ${contender.name} shows is not what was backed up`);
  };
}
