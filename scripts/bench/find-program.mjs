// Where a program is that the benchmark runs, if it is there at all. Starts nothing.

import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** `name` is one of PATH, or a path of its own. */
export function findProgram(name) {
  const places = name.includes('/')
    ? [name]
    : (process.env.PATH ?? '').split(delimiter).map((at) => join(at, name));
  return places.find(isExecutable);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
