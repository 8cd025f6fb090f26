// The client of the conformance suite: does below a folder what standard input asks for, one JSON object a line, and
// prints each outcome as another. A process of its own, as the tests' own may serve the mount and must not wait for it.
// Only Node's own calls, so that it runs wherever Node does. Usage: conformance-client.mjs FOLDER

import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const folder = process.argv[2] ?? '';

/** Open files by their paths. */
const held = new Map();

const CALLS = {
  list: (path) => fs.readdir(path),
  stat: async (path) => {
    const found = await fs.lstat(path);
    return { kind: kindOf(found), size: found.size, modified: Math.floor(found.mtimeMs) };
  },
  read: async (path, offset, length) => {
    const handle = await fs.open(path);
    try {
      return (await readFully(handle, offset, length)).toString('base64');
    } finally {
      await handle.close();
    }
  },
  hold: async (path) => void held.set(path, await fs.open(path)),
  'read held': async (path, offset, length) =>
    (await readFully(held.get(path), offset, length)).toString('base64'),
  'let go': (path) => held.get(path).close(),
  target: (path) => fs.readlink(path),
  'open for writing': (path) => fs.open(path, 'r+'),
  create: (path) => fs.open(`${path}-new`, 'w'),
  truncate: (path) => fs.truncate(path, 1),
  mkdir: (path) => fs.mkdir(`${path}-new`),
  rmdir: (path) => fs.rmdir(path),
  unlink: (path) => fs.unlink(path),
  rename: (path) => fs.rename(path, `${path}-new`),
  link: (path) => fs.link(path, `${path}-new`),
  symlink: (path) => fs.symlink('x', `${path}-new`),
  chmod: (path) => fs.chmod(path, 0o600),
  chown: (path) => fs.chown(path, 1, 1),
  utimes: (path) => fs.utimes(path, 1, 1),
};

createInterface({ input: process.stdin }).on('line', (line) => void answer(JSON.parse(line)));

async function answer({ id, call, path, args }) {
  const outcome = await CALLS[call](join(folder, path), ...args).then(
    (value) => ({ id, value: value ?? null }),
    (problem) => ({ id, code: problem.code ?? String(problem) }),
  );
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
}

function kindOf(found) {
  if (found.isFile()) return 'file';
  if (found.isDirectory()) return 'folder';
  return found.isSymbolicLink() ? 'link' : 'other';
}

async function readFully(handle, offset, length) {
  const into = Buffer.alloc(length);
  let filled = 0;
  for (let last = -1; last !== 0 && filled < length; ) {
    last = (await handle.read(into, filled, length - filled, offset + filled)).bytesRead;
    filled += last;
  }
  return into.subarray(0, filled);
}
