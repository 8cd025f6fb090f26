#!/usr/bin/env node
// Checks the sources against the import law (lib/import-law.mjs): layers, siblings, pure cores, paths, cycles, length.
// Reads import lines only and resolves nothing but relative paths. Tests and `testing/` folders are exempt.
// Usage: check-import-law.mjs [ROOT]; prints one line a breach, `file:line: what (rule: why)`, and exits with 1.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  IO_MODULES,
  LAYERS,
  LOCAL_PATHS,
  MOST_LINES,
  PATH_MODULES,
  PURE,
  SIBLINGS,
} from './lib/import-law.mjs';

const IMPORT =
  /^\s*(?:import|export)\b(?:[^'"`;]*?\bfrom)?\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm;

main(process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), '..'));

function main(root) {
  const files = readSources(root);
  const breaches = [
    ...files.flatMap((file) => [
      ...lengthBreaches(file),
      ...file.imports.flatMap((found) => importBreaches(file.path, found)),
    ]),
    ...cycleBreaches(files),
  ];
  for (const breach of breaches) process.stderr.write(`${breach}\n`);
  if (breaches.length > 0) process.exitCode = 1;
}

/** Every source file as { path, lines, imports: [{ line, target, local }] }, paths with `/` from the root. */
function readSources(root) {
  return readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !path.endsWith('.test.ts') && !path.includes('/testing/'))
    .sort()
    .map((path) => parse(path, readFileSync(join(root, path), 'utf8')));
}

function parse(path, text) {
  const imports = [...text.matchAll(IMPORT)].map((match) => {
    const written = match[1] ?? match[2];
    const local = written.startsWith('.');
    return {
      line: text.slice(0, match.index + match[0].length).split('\n').length,
      target: local ? posix.join(posix.dirname(path), written) : written,
      local,
    };
  });
  return { path, lines: text.replace(/\n$/, '').split('\n').length, imports };
}

function lengthBreaches({ path, lines }) {
  if (lines <= MOST_LINES) return [];
  return [
    `${path}:${MOST_LINES + 1}: ${lines} lines (at most ${MOST_LINES}: a longer file has more than one job)`,
  ];
}

function importBreaches(path, { line, target, local }) {
  const where = `${path}:${line}: imports ${target}`;
  if (local) return localBreaches(where, path, target);
  return [...pureBreaches(where, path, target), ...pathBreaches(where, path, target)];
}

function localBreaches(where, path, target) {
  const layer = LAYERS.find((row) => covers(row.of, path));
  if (layer === undefined) return [`${where} (no row of the import law covers this file)`];
  if (!target.startsWith('src/')) return [`${where} (sources import nothing outside src)`];
  if (![layer.of, ...layer.may].some((pattern) => covers(pattern, target))) {
    return [`${where} (${layer.of} may not: ${layer.why})`];
  }
  const siblings = SIBLINGS.find((row) => covers(row.of, path) && covers(row.of, target));
  if (siblings === undefined || areFamily(siblings, path, target)) return [];
  return [`${where} (${siblings.of}: ${siblings.why})`];
}

/** Whether both are one sibling's files, or the target belongs to all. `a.ts` and `a/...` are one sibling. */
function areFamily({ of, shared }, path, target) {
  const sibling = (file) => file.slice(of.length).split('/')[0].replace(/\.ts$/, '');
  return shared.includes(target.slice(of.length)) || sibling(path) === sibling(target);
}

function pureBreaches(where, path, target) {
  if (!target.startsWith('node:') && !IO_MODULES.includes(target)) return [];
  if (!IO_MODULES.includes(target) || !PURE.some((pattern) => covers(pattern, path))) return [];
  return [`${where} (a pure core does no input or output)`];
}

function pathBreaches(where, path, target) {
  if (!PATH_MODULES.includes(target) || LOCAL_PATHS.some((pattern) => covers(pattern, path))) return [];
  return [`${where} (paths of a repository are no paths of this machine)`];
}

function covers(pattern, path) {
  const source = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]*');
  return new RegExp(`^${source}${pattern.endsWith('/') ? '' : '$'}`).test(path);
}

/** One line for each import that closes a circle: a walk that meets a file which is still being walked. */
function cycleBreaches(files) {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const done = new Set();
  const trail = [];
  const breaches = [];
  const walk = (file) => {
    trail.push(file.path);
    for (const { line, target } of file.imports) {
      const next = byPath.get(target);
      if (next === undefined || done.has(target)) continue;
      const start = trail.indexOf(target);
      if (start < 0) walk(next);
      else
        breaches.push(
          `${file.path}:${line}: closes a cycle: ${[...trail.slice(start), target].join(' -> ')}`,
        );
    }
    trail.pop();
    done.add(file.path);
  };
  for (const file of files) if (!done.has(file.path)) walk(file);
  return breaches;
}
