#!/usr/bin/env node
/**
 * Measures decoding, step by step for each implementation that works here, then whole blobs on this thread and
 * on others, then the size below which a hop to another thread costs more than it saves (decode/work.ts).
 * Each figure is the best of 5 rounds. Needs `npm run build`.
 *
 *   node scripts/bench/decode.mjs [--mib 64] [--blob-kib 1024] [--frame FILE] [--json]
 *
 * FILE is a MiB of text as zstd compresses it, for where that program is not.
 */

import { hash, randomBytes, randomFillSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { loadNativeSuites } from '../../dist/repo/restic/crypto/openssl-suite.js';
import { portableSuites } from '../../dist/repo/restic/crypto/portable-suite.js';
import { InlineDecoder } from '../../dist/repo/restic/decode/inline-decoder.js';
import { PoolDecoder } from '../../dist/repo/restic/decode/pool-decoder.js';
import { loadTools } from '../../dist/repo/restic/decode/tools.js';
import { selectSha256 } from '../../dist/repo/restic/sha256/select.js';
import { singleSha256 } from '../../dist/repo/restic/sha256/sha256.js';
import { loadLibzstd } from '../../dist/repo/restic/zstd/libzstd.js';
import { loadWasmZstd } from '../../dist/repo/restic/zstd/wasm-zstd.js';
import { zlibZstd } from '../../dist/repo/restic/zstd/zlib-zstd.js';
import { compressText } from './zstd-text.mjs';

const never = new AbortController().signal;
const key = { encrypt: randomBytes(32), macK: randomBytes(16), macR: randomBytes(16) };
/** How many blobs a mount has under way when somebody reads a file from end to end. */
const IN_FLIGHT = 16;
const ROUNDS = 5;
const MEBIBYTE = 2 ** 20;
const HOP_SIZES_KIB = [1, 4, 8, 16, 32, 64, 128, 512];
/** Room for every blob of a row at once, sealed. */
const SHARED_BYTES = 1024 * 2 ** 20;
const HOP_BYTES = 32 * 2 ** 20;

const { values } = parseArgs({
  options: {
    mib: { type: 'string', default: '64' },
    'blob-kib': { type: 'string', default: '1024' },
    frame: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

await main(Number(values.mib) * MEBIBYTE, Number(values['blob-kib']) * 1024);

async function main(totalBytes, blobBytes) {
  const suites = await available([loadNativeSuites, async () => portableSuites]);
  const zstds = await available([loadLibzstd, async () => zlibZstd(), loadWasmZstd]);
  const sha256 = await selectSha256(true);
  const blobs = makeBlobs(suites[0], Math.max(1, Math.floor(totalBytes / blobBytes)), blobBytes);
  const rows = [
    ...suites.flatMap((suite) => measureSuite(suite, blobs)),
    ...[...new Set([singleSha256, sha256])].map((factory) => measureHash(factory, blobs)),
    ...measureZstd(zstds, totalBytes),
    ...(await measurePipelines(suites, zstds, sha256, blobs)),
  ];
  const hops = await measureHops(suites[0], zstds[0], sha256);
  if (values.json)
    process.stdout.write(`${JSON.stringify({ node: process.version, rows, hops }, null, 2)}\n`);
  else print(rows, hops);
}

/** What loads and works on this machine. */
async function available(loaders) {
  const loaded = await Promise.all(loaders.map((load) => load().catch(() => undefined)));
  return loaded.filter((factory) => factory !== undefined);
}

function makeBlobs(suites, count, bytes) {
  const suite = suites.create(key);
  const plain = new Uint8Array(bytes);
  const blobs = [];
  for (let blob = 0; blob < count; blob++) {
    randomFillSync(plain);
    blobs.push({ sealed: suite.seal(plain), id: Buffer.from(hash('sha256', plain, 'hex'), 'hex'), bytes });
  }
  suite.dispose();
  return blobs;
}

/** Decoding takes the memory over: each measurement gets copies, made before the clock starts. */
function copies(blobs) {
  return blobs.map(({ sealed, id }) => ({ sealed: sealed.slice(), id }));
}

function filled(memory, bytes) {
  memory.bytes.set(bytes);
  return memory;
}

function measureSuite(suites, blobs) {
  const suite = suites.create(key);
  const tampered = copies(blobs);
  for (const { sealed } of tampered) sealed[sealed.length - 1] ^= 1;
  // A blob that is refused has been authenticated and not decrypted.
  const mac = best(() => secondsForEach(tampered, ({ sealed }) => refused(() => suite.open(sealed))));
  const open = best(() => secondsForEach(copies(blobs), ({ sealed }) => suite.open(sealed)));
  suite.dispose();
  const { implementation } = suites;
  return [
    row('Poly1305-AES', implementation, blobs, mac),
    row('AES-256-CTR', implementation, blobs, open - mac),
    row('open', implementation, blobs, open),
  ];
}

function measureHash(factory, blobs) {
  const sha256 = factory.create();
  const time = best(() => {
    const start = performance.now();
    for (const { sealed } of blobs) sha256.add(sealed, () => undefined);
    while (sha256.goOn());
    return (performance.now() - start) / 1000;
  });
  return row('SHA-256', factory.implementation, blobs, time);
}

function measureZstd(zstds, totalBytes) {
  const text = values.frame === undefined ? compressText(MEBIBYTE) : readFrame(values.frame);
  const rounds = Array.from({ length: Math.max(1, Math.floor(totalBytes / text.bytes)) }, () => text);
  return zstds.map((factory) => {
    const zstd = factory.create();
    const time = best(() => secondsForEach(rounds, ({ frame, bytes }) => zstd.decompress(frame, bytes)));
    zstd.dispose();
    return row('zstd, text', factory.implementation, rounds, time);
  });
}

function readFrame(path) {
  return { frame: new Uint8Array(readFileSync(path)), bytes: MEBIBYTE };
}

async function measurePipelines(suites, zstds, sha256, blobs) {
  const rows = [];
  for (const suite of suites) {
    const names = namesOf(suite, zstds[0], suite.implementation === 'portable' ? singleSha256 : sha256);
    const inline = new InlineDecoder(await loadTools(key, names));
    rows.push(row('blob, this thread', names.suite, blobs, await bestOf(() => decodeAll(inline, blobs))));
    await inline.close();
    for (let threads = 1; threads <= availableParallelism(); threads *= 2) {
      const tools = await loadTools(key, names);
      const pool = new PoolDecoder({ key, tools, threads, sharedBytes: SHARED_BYTES, inlineBelow: 0 });
      const time = await bestOf(() => decodeAll(pool, blobs));
      rows.push(row(`blob, ${threads} threads`, names.suite, blobs, time));
      await pool.close();
    }
  }
  return rows;
}

function namesOf(suite, zstd, sha256) {
  return { suite: suite.implementation, zstd: zstd.implementation, sha256: sha256.implementation };
}

/** Seconds for all of them, some at a time as a mount does it. */
async function decodeAll(decoder, blobs) {
  return (await timeDecoding(decoder, blobs, IN_FLIGHT)).elapsed;
}

/** Seconds in all, and of those the ones in which this thread did not wait. */
async function timeDecoding(decoder, blobs, inFlight) {
  const waiting = blobs.map(({ sealed, id }) => ({
    id,
    memory: filled(decoder.memoryFor(sealed.length, 0), sealed),
  }));
  // Its counters are brought up to date once a turn of the event loop.
  await new Promise((resolve) => setImmediate(resolve));
  const before = performance.eventLoopUtilization();
  const start = performance.now();
  const worker = async () => {
    for (let blob = waiting.pop(); blob !== undefined; blob = waiting.pop()) {
      (await decoder.blob(blob.memory, blob.id, 0, never)).free();
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  const elapsed = (performance.now() - start) / 1000;
  return { elapsed, active: performance.eventLoopUtilization(before).active / 1000 };
}

/** For each size: a blob on this thread; one after the other on another; what many at once cost this thread. */
async function measureHops(suites, zstd, sha256) {
  const names = namesOf(suites, zstd, sha256);
  const inline = new InlineDecoder(await loadTools(key, names));
  const tools = await loadTools(key, names);
  const pool = new PoolDecoder({ key, tools, threads: 1, sharedBytes: SHARED_BYTES, inlineBelow: 0 });
  const hops = [];
  for (const kib of HOP_SIZES_KIB) {
    const blobs = makeBlobs(suites, Math.min(2000, Math.floor(HOP_BYTES / (kib * 1024))), kib * 1024);
    const micros = (time) => Number(((time / blobs.length) * 1e6).toFixed(1));
    const together = await rounds(() => timeDecoding(pool, blobs, IN_FLIGHT));
    const alone = await rounds(() => timeDecoding(pool, blobs, 1));
    hops.push({
      kib,
      inline: micros(await bestOf(() => decodeAll(inline, blobs))),
      hopAlone: micros(Math.min(...alone.map(({ elapsed }) => elapsed))),
      hopTogether: micros(Math.min(...together.map(({ elapsed }) => elapsed))),
      callingThread: micros(Math.min(...together.map(({ active }) => active))),
    });
  }
  await Promise.all([inline.close(), pool.close()]);
  return hops;
}

function refused(open) {
  try {
    open();
  } catch {
    return;
  }
  throw new Error('A tampered blob was opened');
}

/** The best of some rounds: what the machine can do, whatever else runs on it. */
function best(round) {
  return Math.min(...Array.from({ length: ROUNDS }, round));
}

async function bestOf(round) {
  return Math.min(...(await rounds(round)));
}

async function rounds(round) {
  const results = [];
  while (results.length < ROUNDS) results.push(await round());
  return results;
}

function secondsForEach(items, work) {
  const start = performance.now();
  for (const item of items) work(item);
  return (performance.now() - start) / 1000;
}

function row(step, implementation, blobs, time) {
  const bytes = blobs.reduce((sum, blob) => sum + blob.bytes, 0);
  return { step, implementation, megabytesPerSecond: Math.round(bytes / time / 1e6) };
}

function print(rows, hops) {
  const lines = ['Step                Implementation     MB/s'];
  for (const { step, implementation, megabytesPerSecond } of rows) {
    lines.push(`${step.padEnd(20)}${implementation.padEnd(14)}${`${megabytesPerSecond}`.padStart(9)}`);
  }
  lines.push('', 'Microseconds a blob:  KiB   inline  hop, alone  hop, many at once  of it calling thread');
  for (const { kib, inline, hopAlone, hopTogether, callingThread } of hops) {
    const columns = [kib, inline, hopAlone, hopTogether, callingThread];
    lines.push(columns.map((value, column) => `${value}`.padStart([25, 9, 12, 19, 23][column])).join(''));
  }
  process.stdout.write(`${lines.join('\n')}\n`);
}
