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
import { BlobIndex } from '../../dist/repo/restic/blob-index.js';
import { decodeIndex } from '../../dist/repo/restic/index-decoder.js';

const BLOBS_PER_FILE = 50_000;
const LOOKUPS = 1_000_000;

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
  const sample = [];
  const adds = [];
  let decodeMs = 0;
  let decodedBytes = 0;
  for (let added = 0; added < blobs; added += BLOBS_PER_FILE) {
    const json = makeDocument(Math.min(BLOBS_PER_FILE, blobs - added), blobsPerPack);
    const start = performance.now();
    const columns = decodeIndex(json);
    const decoded = performance.now();
    index.add(`${added}`, columns);
    adds.push(performance.now() - decoded);
    decodeMs += decoded - start;
    decodedBytes += json.length;
    for (let row = 0; row < columns.types.length; row += 100)
      sample.push(columns.blobIds.slice(row * 32, row * 32 + 32));
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

function lookUp(index, sample) {
  const ids = new Uint8Array(sample.length * 32);
  sample.forEach((id, i) => {
    ids.set(id, ((i * 7919) % sample.length) * 32);
  });
  const measure = (look) => {
    const start = performance.now();
    for (let i = 0; i < LOOKUPS; i++) look(i % sample.length);
    return round(LOOKUPS / (performance.now() - start) / 1000, 2);
  };
  let found = 0;
  const sizes = measure((i) => {
    if (index.plaintextSizeAt(ids, i * 32, 'data') >= 0) found++;
    else if (index.plaintextSizeAt(ids, i * 32, 'tree') >= 0) found++;
  });
  if (found !== LOOKUPS) throw new Error(`${LOOKUPS - found} of ${LOOKUPS} blobs were not found`);
  const places = measure((i) => index.find(sample[i], 'data'));
  const absent = randomBytes(32 * 1000);
  const misses = measure((i) => index.plaintextSizeAt(absent, (i % 1000) * 32, 'data'));
  return { millionSizesPerSecond: sizes, millionFindsPerSecond: places, millionMissesPerSecond: misses };
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
