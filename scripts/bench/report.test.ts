/** The pure parts of the benchmark: what it makes of its samples. */

import { describe, expect, test } from 'vitest';

// They are scripts without types.
const { summarize, middleRun } = await import(new URL('./summary.mjs', import.meta.url).href);
const { formatReport } = await import(new URL('./table.mjs', import.meta.url).href);

const { rows } = await import(new URL('./rows.mjs', import.meta.url).href);
const { dataSets } = await import(new URL('./data/sets.mjs', import.meta.url).href);

const row = { name: 'read', title: 'read a file', unit: 's' };
const names = ['snapmount', 'restic', 'newest', 'squashfuse', 'disk', 'portable'];
const contenders = names.map((name) => ({ name, version: `${name} 1.0` }));

function sample(value: number) {
  return { value, cpuSeconds: value * 2, peakMebibytes: value * 100 };
}

describe('summarize', () => {
  test('gives medians, and how many times as much as snapmount', () => {
    const { medians } = summarize(row, {
      snapmount: [sample(3), sample(1), sample(2)],
      restic: [sample(4), sample(8)],
    });
    expect(medians.snapmount).toEqual({ value: 2, cpuSeconds: 4, peakMebibytes: 200 });
    expect(medians.restic).toEqual({ value: 6, cpuSeconds: 12, peakMebibytes: 600, ratio: 3 });
  });

  test('has no ratio without snapmount, and no memory of what has no process', () => {
    const { medians } = summarize(row, { disk: [{ value: 1 }] });
    expect(medians.disk).toEqual({ value: 1, cpuSeconds: undefined, peakMebibytes: undefined });
  });
});

describe('middleRun', () => {
  test('is neither the longest nor the shortest', () => {
    expect(middleRun([{ total: 9 }, { total: 1 }, { total: 5 }])).toEqual({ total: 5 });
  });
});

describe('formatReport', () => {
  test('fits 120 columns with everybody and long times', () => {
    const amounts = Object.fromEntries(
      dataSets('full').map((set: { name: string; amount: number }) => [set.name, set.amount]),
    );
    const titles: string[] = rows.map((one: { title: (of: object) => string }) => one.title(amounts));
    const samples = Object.fromEntries(names.map((name) => [name, [sample(99.99)]]));
    samples.snapmount = [sample(1.01)];
    const summaries = titles.map((title) => summarize({ name: '', title, unit: 's' }, samples));
    const run = {
      total: 99_999,
      transfer: 99_999,
      decode: 0,
      other: 0,
      looking: 0,
      waiting: 0,
      threads: [1, 2, 3, 4],
    };
    const text: string = formatReport({
      summaries,
      splits: titles.map((title) => ({ title, run })),
      contenders,
    });
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
  });

  test('shows figures with ratios, and a dash where somebody has none', () => {
    const samples = { snapmount: [sample(1.234)], restic: [sample(4.936)], disk: [] };
    const text: string = formatReport({
      summaries: [summarize(row, samples)],
      splits: [],
      contenders: contenders.filter(({ name }) => name in samples),
    });
    expect(text).toMatch(/^read a file, s +1\.23 +4\.94 \(4\.00\) +-$/m);
  });

  test('shows how long the event loop was blocked', () => {
    const told = { longestMs: 30, busyMs: 12.34, p999Ms: 1.5 };
    const summaries = [summarize(row, { snapmount: [{ ...sample(30), told }] })];
    const text: string = formatReport({ summaries, splits: [], contenders: contenders.slice(0, 1) });
    expect(text).toMatch(/^read a file: snapmount +30\.0 +12\.3 +1\.50$/m);
  });

  test('shows parts of the time in percent', () => {
    const run = {
      total: 2000,
      transfer: 500,
      decode: 0,
      other: 500,
      looking: 0,
      waiting: 1000,
      threads: [1500],
    };
    const text: string = formatReport({ summaries: [], splits: [{ title: 'read', run }], contenders: [] });
    expect(text).toMatch(/^read +2\.00 +25 % +0 % +25 % +0 % +50 % +75 %$/m);
  });
});
