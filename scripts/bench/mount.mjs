// Benchmark of mounts: every row, for every contender, in several rounds, each sample on a fresh mount.
// Knows how to run and what to print; what is measured stands in rows.mjs, who takes part in contenders.mjs.

import { execFileSync } from 'node:child_process';
import { cpus, release, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { contenders } from './contenders.mjs';
import { prepareRepository } from './data.mjs';
import { rows } from './rows.mjs';
import { printTable, summarize } from './table.mjs';

// A mount that a killed run left behind must not serve the next.
process.once('SIGINT', () => {
  execFileSync('sh', [
    '-c',
    'for p in "$@"; do umount -l "$p" 2>/dev/null || true; done',
    'sh',
    ...contenders.flatMap((c) => c.mounted()),
  ]);
  process.exit(130);
});

await main();

async function main() {
  const options = readOptions();
  const wanted = rows.filter(({ name }) => options.only.length === 0 || options.only.includes(name));
  const repository = prepareRepository(new Set(wanted.flatMap((row) => row.data)), options.size, note);
  const samples = wanted.map(() => Object.fromEntries(contenders.map(({ name }) => [name, []])));
  for (let round = 1; round <= options.rounds; round++) {
    for (const [index, row] of wanted.entries()) {
      for (const contender of contenders) {
        note(`round ${round} of ${options.rounds}: ${row.name}, ${contender.name}`);
        samples[index][contender.name].push(await measure(row, contender, repository));
      }
    }
  }
  note('');
  report(
    options,
    wanted.map((row, index) => summarize(row, samples[index])),
    repository,
  );
}

/** One sample: { value, cpuSeconds, peakMebibytes }, the last two of the whole process tree that serves. */
async function measure(row, contender, repository) {
  const mount = await contender.mount(repository);
  try {
    const start = performance.now();
    row.work?.(mount.path, repository);
    const seconds = (performance.now() - start) / 1000;
    const usage = mount.usage();
    return { value: row.value({ seconds, mountSeconds: mount.seconds, ...usage }), ...usage };
  } finally {
    await mount.unmount();
  }
}

function report(options, summaries, repository) {
  if (!options.json) {
    printTable(summaries, contenders);
    return;
  }
  const machine = { cpu: cpus()[0].model, cores: cpus().length, memory: totalmem(), kernel: release() };
  const versions = Object.fromEntries(contenders.map(({ name, version }) => [name, version()]));
  const head = { size: options.size, rounds: options.rounds, machine, node: process.version, versions };
  process.stdout.write(
    `${JSON.stringify({ ...head, files: repository.counts, rows: summaries }, undefined, 2)}\n`,
  );
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true, default: [] },
      rounds: { type: 'string', default: '3' },
      size: { type: 'string', default: 'full' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const unknown = values.only.find((name) => !rows.some((row) => row.name === name));
  const rounds = Number(values.rounds);
  const wrong =
    unknown !== undefined || !Number.isInteger(rounds) || rounds < 1 || !/^(small|full)$/.test(values.size);
  if (values.help || wrong) {
    const list = rows.map((row) => `  ${row.name.padEnd(16)}${row.title}\n`).join('');
    process.stdout.write(`run [--only ROW]... [--rounds N] [--size small|full] [--json]\n\nRows:\n${list}`);
    process.exit(wrong ? 1 : 0);
  }
  return { ...values, rounds };
}

/** Progress on one line of the terminal, and nothing when it is not one. */
function note(line) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line}`);
}
