// Benchmark of mounts: every row, for every contender in turn, in several rounds, each sample on a fresh mount.
// Knows how to run and what to print; what is measured stands in rows.mjs, who takes part in contenders/.

import { cpus, release, totalmem } from 'node:os';
import { detachAll } from './contenders/fuse-mount.mjs';
import { findContenders } from './contenders/index.mjs';
import { snapmount } from './contenders/snapmount.mjs';
import { prepareData } from './data/prepare.mjs';
import { makeCheck } from './expected.mjs';
import { measure } from './measure.mjs';
import { readOptions } from './options.mjs';
import { say, showProgress } from './progress.mjs';
import { middleRun, summarize } from './summary.mjs';
import { formatReport } from './table.mjs';

const timeSplit = new URL('./probe/time-split.mjs', import.meta.url);

process.once('SIGINT', () => {
  detachAll();
  process.exit(130);
});

await main(readOptions());

async function main(options) {
  const data = prepareData(options.size, say);
  const check = await makeCheck(data);
  const contenders = findContenders(options.contenders, data, say);
  const results = options.rows.map((row) => ({
    row: { ...row, title: row.title(data.amounts) },
    samples: Object.fromEntries(
      contenders.filter((one) => takesPart(one, row)).map(({ name }) => [name, []]),
    ),
    splits: [],
  }));
  for (let round = 1; round <= options.rounds; round++) {
    for (const result of results) {
      showProgress(`round ${round} of ${options.rounds}: ${result.row.name}`);
      await measureRow(result, inTurn(contenders, round), { data, check });
    }
  }
  showProgress('');
  report(options, { results, contenders, data });
}

/** One sample of each contender, and one of ours with its time split. */
async function measureRow({ row, samples, splits }, contenders, { data, check }) {
  const sampleOf = async (contender, probe) => {
    const { seen, sample } = await measure(row, contender, data, probe);
    check(row, contender, seen);
    return sample;
  };
  for (const contender of contenders)
    if (contender.name in samples) samples[contender.name].push(await sampleOf(contender));
  if (row.splits && snapmount.name in samples) splits.push((await sampleOf(snapmount, timeSplit)).told);
}

/** Another one begins in each round. */
function inTurn(contenders, round) {
  const first = (round - 1) % contenders.length;
  return [...contenders.slice(first), ...contenders.slice(0, first)];
}

function takesPart(contender, row) {
  if (row.probe !== undefined) return contender.takesProbes === true;
  return contender.serves || row.ofServer !== true;
}

function report({ json, size, rounds }, { results, contenders, data }) {
  const summaries = results.map(({ row, samples }) => summarize(row, samples));
  const splits = results
    .filter(({ splits }) => splits.length > 0)
    .map(({ row, splits }) => ({ name: row.name, title: row.title, run: middleRun(splits), runs: splits }));
  if (!json) {
    process.stdout.write(formatReport({ summaries, splits, contenders }));
    return;
  }
  const machine = { cpu: cpus()[0].model, cores: cpus().length, memory: totalmem(), kernel: release() };
  const versions = Object.fromEntries(contenders.map(({ name, version }) => [name, version]));
  const head = { size, amounts: data.amounts, rounds, machine, node: process.version, versions };
  process.stdout.write(`${JSON.stringify({ ...head, rows: summaries, splits }, undefined, 2)}\n`);
}
