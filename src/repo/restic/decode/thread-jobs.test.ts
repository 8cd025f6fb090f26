/** In which order a thread answers what has arrived. What it answers is tested in decoder.test.ts. */

import { createHash, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Assignment } from '../../workers/serve.ts';
import { portableSuites } from '../crypto/portable-suite.ts';
import { loadZstd } from '../zstd/select.ts';
import { type Outcome, performJobs, type ThreadJob } from './thread-jobs.ts';

const suite = portableSuites.create({
  encrypt: new Uint8Array(randomBytes(32)),
  macK: new Uint8Array(randomBytes(16)),
  macR: new Uint8Array(randomBytes(16)),
});
const zstd = (await loadZstd('wasm')).create();

/** Digests come in pairs only, or when there is nothing else. */
function slowSha256() {
  const taken: (() => void)[] = [];
  const goOn = () => {
    const finish = taken.shift();
    finish?.();
    return finish !== undefined;
  };
  return {
    implementation: 'lanes' as const,
    add: (message: Uint8Array, done: (digest: string) => void) => {
      while (taken.length > 1) goOn();
      taken.push(() => done(createHash('sha256').update(message).digest('hex')));
    },
    goOn,
  };
}

/** The names of the jobs in the order of their answers. */
function orderOf(jobs: readonly (readonly [name: string, job: Partial<ThreadJob>])[]): string[] {
  const answered: string[] = [];
  const waiting = jobs.map(([name, job]): Assignment<ThreadJob, Outcome> => {
    const content = new Uint8Array(Buffer.from(name));
    const id = createHash('sha256').update(content).digest('hex');
    const sealed = suite.seal(content);
    return {
      job: { kind: 'blob', sealed, id, uncompressedLength: 0, ...job } as ThreadJob,
      answer: ({ result }) => answered.push('value' in result ? name : `${name} refused`),
      fail: (error) => answered.push(`${name} failed: ${String(error)}`),
    };
  });
  performJobs({ suite, zstd, sha256: slowSha256() }, () => waiting.shift());
  return answered;
}

test('performJobs answers every job, blobs together', () => {
  expect(orderOf([])).toEqual([]);
  expect(orderOf([['one', {}]])).toEqual(['one']);
  const five = ['one', 'two', 'three', 'four', 'five'];
  expect(orderOf(five.map((name) => [name, {}]))).toEqual(five);
});

test('performJobs lets no blob wait for what came after it and takes long', () => {
  const others = Array.from({ length: 5 }, (_, n) => [`pieces ${n}`, { kind: 'blobs', parts: [] }] as const);
  expect(orderOf([['blob', {}], ...others])).toEqual(['blob', ...others.map(([name]) => name)]);
});

test('performJobs refuses what is damaged, and that alone', () => {
  const damaged = { sealed: new Uint8Array(100) };
  const other = { id: 'ab'.repeat(32) };
  expect(
    orderOf([
      ['good', {}],
      ['not authentic', damaged],
      ['another', other],
      ['good too', {}],
    ]).toSorted(),
  ).toEqual(['another refused', 'good', 'good too', 'not authentic refused']);
});
