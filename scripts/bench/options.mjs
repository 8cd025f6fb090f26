// The benchmark's command line.

import { parseArgs } from 'node:util';
import { CONTENDERS } from './contenders/index.mjs';
import { dataSets } from './data/sets.mjs';
import { rows } from './rows.mjs';

/** At small size one of each kind, so that it takes less than a minute: figures of some milliseconds say little. */
const DEFAULTS = {
  small: { contenders: ['snapmount', 'restic', 'squashfuse', 'disk'], rounds: '1' },
  full: { contenders: CONTENDERS, rounds: '3' },
};

const USAGE = 'run [--only ROW]... [--contender NAME]... [--rounds N] [--size small|full] [--json]';

/** Ends the process for --help and for what it does not know. */
export function readOptions() {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true, default: [] },
      contender: { type: 'string', multiple: true },
      rounds: { type: 'string' },
      size: { type: 'string', default: 'full' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const defaults = DEFAULTS[values.size];
  if (values.help || defaults === undefined) help(values.help);
  const { rounds = defaults.rounds, contender: contenders = defaults.contenders } = values;
  const known =
    values.only.every((name) => rows.some((row) => row.name === name)) &&
    contenders.every((name) => CONTENDERS.includes(name)) &&
    /^[1-9]\d*$/.test(rounds);
  if (!known) help(false);
  const wanted = rows.filter(({ name }) => values.only.length === 0 || values.only.includes(name));
  return { rows: wanted, contenders, rounds: Number(rounds), size: values.size, json: values.json };
}

function help(asked) {
  const amounts = Object.fromEntries(dataSets('full').map(({ name, amount }) => [name, amount]));
  const list = rows
    .map(({ name, title, unit }) => `  ${name.padEnd(14)}${title(amounts)}, ${unit}\n`)
    .join('');
  const text = `${USAGE}\n\nRows:\n${list}\n${contendersText()}`;
  (asked ? process.stdout : process.stderr).write(text);
  process.exit(asked ? 0 : 1);
}

function contendersText() {
  const lines = Object.entries(DEFAULTS).map(
    ([size, { contenders, rounds }]) => `  --size ${size}: ${contenders.join(', ')}; --rounds ${rounds}\n`,
  );
  return `Contenders and rounds unless told otherwise:\n${lines.join('')}`;
}
