#!/usr/bin/env node
// Checks that the pages in docs/ name tests that exist: in each table whose last column is `test`, each row has at
// least one, written `file` "name" and further "names" of that file. A name is the test's own, or has the names of
// its describes before it (`outer > inner > test`) where its own is not the only one in the file.
// Usage: check-semantics.mjs [ROOT]; prints one line a breach, `file:line: what`, and exits with 1.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROMISES = 'docs/SEMANTICS.md';
const TEST_FILE = /^(?:src|scripts|test-integration)\/.+\.test\.ts$/;

const STRING = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`/.source;
// Sources are formatted, so a name stands in one of three places: in the call, after the last `)(` of one that
// takes more before it (`test.each(...)(`), or alone on the line below.
const IN_CALL = new RegExp(`^ *(?:describe|test)\\((${STRING})`);
const IN_SECOND_CALL = new RegExp(`^ *(?:(?:describe|test)\\.|\\]).*\\)\\((${STRING})`);
const ALONE = new RegExp(`^ *(${STRING}),$`);
const CALL = /^( *)(describe|test)\b/;
const NAME_FOLLOWS = /(?:^ *(?:describe|test)|\))\($/;

main(process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), '..'));

function main(root) {
  const tests = new Map();
  const testsOf = (file) => {
    if (!tests.has(file)) tests.set(file, readTests(root, file));
    return tests.get(file);
  };
  const breaches = pagesOf(root).flatMap((page) => {
    const promises = readPromises(readFileSync(join(root, page), 'utf8'));
    if (promises.length === 0 && page === PROMISES) return [`${page}:1: no table has a last column "test"`];
    return promises.flatMap(({ line, proof }) =>
      proofBreaches(proof, testsOf).map((breach) => `${page}:${line}: ${breach}`),
    );
  });
  for (const breach of breaches) process.stderr.write(`${breach}\n`);
  if (breaches.length > 0) process.exitCode = 1;
}

function pagesOf(root) {
  const pages = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
  return pages.map((name) => `docs/${name}`);
}

/** The rows of all tables of promises as { line, proof }, `proof` being the last cell. */
function readPromises(document) {
  let proven = false;
  return document.split('\n').flatMap((text, at) => {
    if (!text.startsWith('|')) {
      proven = false;
      return [];
    }
    const proof = text.slice(0, text.lastIndexOf('|')).split(' | ').at(-1).trim();
    if (proof === 'test') proven = true;
    return proven && proof !== 'test' && !/^\|[-|]+$/.test(text) ? [{ line: at + 1, proof }] : [];
  });
}

function proofBreaches(proof, testsOf) {
  const named = [...proof.matchAll(/`([^`]+)`|"(.+?)"(?=[,;]|$)/g)];
  let file;
  const breaches = [];
  for (const [, path, name] of named) {
    if (path !== undefined) file = path;
    else breaches.push(...nameBreaches(file, name, testsOf));
  }
  return named.some(([, , name]) => name !== undefined) ? breaches : ['a promise without a test'];
}

function nameBreaches(file, name, testsOf) {
  if (file === undefined) return [`"${name}" without its file`];
  const tests = testsOf(file);
  if (tests === undefined) return [`${file} is no test file`];
  const found = tests.filter((test) => test === name || test.endsWith(` > ${name}`));
  if (found.length === 1) return [];
  return [found.length === 0 ? `${file} has no test "${name}"` : `${file} has several tests "${name}"`];
}

/** The full names of the tests in a file; undefined where it is none. */
function readTests(root, file) {
  if (!TEST_FILE.test(file) || !existsSync(join(root, file))) return undefined;
  /** The calls around the line, outermost first. */
  const open = [];
  const tests = [];
  let nameFollows = false;
  for (const line of readFileSync(join(root, file), 'utf8').split('\n')) {
    const [, indent, kind] = CALL.exec(line) ?? [];
    if (kind !== undefined) {
      while (open.length > 0 && open.at(-1).indent >= indent.length) open.pop();
      open.push({ indent: indent.length, kind, name: undefined });
    }
    const found = IN_CALL.exec(line) ?? IN_SECOND_CALL.exec(line) ?? (nameFollows && ALONE.exec(line));
    nameFollows = NAME_FOLLOWS.test(line);
    const call = open.at(-1);
    if (!found || call === undefined || call.name !== undefined) continue;
    call.name = unquote(found[1]);
    if (call.kind === 'test') tests.push(open.map(({ name }) => name).join(' > '));
  }
  return tests;
}

function unquote(literal) {
  return literal.slice(1, -1).replace(/\\(.)/g, '$1');
}
