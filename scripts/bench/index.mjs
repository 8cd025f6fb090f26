#!/usr/bin/env node
/**
 * Measures the blob index at size: index documents as restic writes them (50,000 blobs each), made one at a time, decoded
 * and added. Prints memory, time and the longest step. Needs `npm run build`.
 *
 *   node --expose-gc scripts/bench/index.mjs [--blobs 10000000] [--blobs-per-pack 20] [--json]
 */

import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { BlobIndex } from '../../dist/repo/restic/index/blob-index.js';
import { decodeIndex } from '../../dist/repo/restic/index/index-decoder.js';

const BLOBS_PER_FILE = 50_000;
const LOOKUPS = 1_000_000;
const SAMPLE_EVERY = 100;

const { values } = parseArgs({
  options: {
    blobs: { type: 'string', default: '10000000' },
    'blobs-per-pack': { type: 'string', default: '20' },
    json: { type: 'boolean', default: false },
  },
});

main(Number(values.blobs), Number(values['blobs-per-pack']));

function main(blobs, blobsPerPack) {
  // What decoding needs for itself is not the index's: let it be taken before the first measurement.
  decodeIndex(makeDocument(Math.min(blobs, BLOBS_PER_FILE), blobsPerPack));
  const before = memory();
  const { index, sample, ...times } = build(blobs, blobsPerPack);
  const after = memory();
  after.arrayBuffers -= sample.length;
  const lookups = lookUp(index, sample);
  print({
    blobs: index.blobs,
    blobsPerPack,
    bytesPerBlob: round((after.arrayBuffers - before.arrayBuffers) / blobs, 1),
    heapBytesPerBlob: round((after.heapUsed - before.heapUsed) / blobs, 1),
    rssMiB: round(after.rss / 2 ** 20, 0),
    rssGrowthMiB: round((after.rss - before.rss) / 2 ** 20, 0),
    ...times,
    ...lookups,
  });
}

function build(blobs, blobsPerPack) {
  const index = new BlobIndex();
  const sample = new Uint8Array(Math.floor(blobs / SAMPLE_EVERY) * 32);
  let sampled = 0;
  const adds = [];
  let longestStepMs = 0;
  let decodeMs = 0;
  let decodedBytes = 0;
  for (let added = 0; added < blobs; added += BLOBS_PER_FILE) {
    const json = makeDocument(Math.min(BLOBS_PER_FILE, blobs - added), blobsPerPack);
    const start = performance.now();
    const columns = decodeIndex(json);
    const decoded = performance.now();
    let stepStart = decoded;
    for (const _ of index.adding(`${added}`, columns)) {
      longestStepMs = Math.max(longestStepMs, performance.now() - stepStart);
      stepStart = performance.now();
    }
    adds.push(performance.now() - decoded);
    decodeMs += decoded - start;
    decodedBytes += json.length;
    for (let row = SAMPLE_EVERY - 1; row < columns.types.length; row += SAMPLE_EVERY) {
      sample.set(columns.blobIds.subarray(row * 32, row * 32 + 32), sampled);
      sampled += 32;
    }
  }
  const addMs = adds.reduce((sum, ms) => sum + ms, 0);
  adds.sort((a, b) => a - b);
  return {
    index,
    sample,
    buildSeconds: round((decodeMs + addMs) / 1000, 2),
    decodeMBPerSecond: round(decodedBytes / decodeMs / 1000, 0),
    medianAddMs: round(adds[adds.length >> 1], 1),
    longestAddMs: round(adds.at(-1), 1),
    longestStepMs: round(longestStepMs, 1),
  };
}

/** One index file. Ids and lengths are as random as real ones. */
function makeDocument(blobs, blobsPerPack) {
  const packs = [];
  for (let from = 0; from < blobs; from += blobsPerPack) {
    const inPack = [];
    const ids = randomBytes(32 * blobsPerPack).toString('hex');
    let offset = 0;
    for (let i = 0; i < blobsPerPack && from + i < blobs; i++) {
      const length = 300_000 + Number.parseInt(ids.slice(i * 64, i * 64 + 5), 16);
      const type = i === 0 ? 'tree' : 'data';
      inPack.push(
        `{"id":"${ids.slice(i * 64, i * 64 + 64)}","type":"${type}","offset":${offset},"length":${length},"uncompressed_length":${length * 2}}`,
      );
      offset += length;
    }
    packs.push(`{"id":"${randomBytes(32).toString('hex')}","blobs":[${inPack.join(',')}]}`);
  }
  return Buffer.from(`{"packs":[${packs.join(',')}]}`);
}

/** In no order of files or packs, so that every lookup misses the caches as a real one does. */
function lookUp(index, sample) {
  const count = sample.length / 32;
  const absent = randomBytes(sample.length);
  const measure = (ids, look) => {
    let found = 0;
    const start = performance.now();
    for (let i = 0, place = 0; i < LOOKUPS; i++, place = (place + 611_953) % count) {
      if (look(ids, place * 32)) found++;
    }
    return { found, perSecond: Math.round((LOOKUPS / (performance.now() - start)) * 1000) };
  };
  const sizeOf = (ids, at) =>
    index.plaintextSizeAt(ids, at, 'data') >= 0 || index.plaintextSizeAt(ids, at, 'tree') >= 0;
  const isFound = (ids, at) => index.find(ids.subarray(at, at + 32), 'data') !== undefined;
  const sizes = measure(sample, sizeOf);
  const misses = measure(absent, sizeOf);
  if (sizes.found !== LOOKUPS || misses.found !== 0)
    throw new Error('The index does not find what was added to it');
  return {
    sizesPerSecond: sizes.perSecond,
    missesPerSecond: misses.perSecond / 2,
    findsPerSecond: measure(sample, isFound).perSecond,
  };
}

function memory() {
  globalThis.gc?.();
  return process.memoryUsage();
}

function round(value, digits) {
  return Number(value.toFixed(digits));
}

function print(figures) {
  if (values.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
  else
    for (const [name, value] of Object.entries(figures)) process.stdout.write(`${name.padEnd(24)}${value}\n`);
}
