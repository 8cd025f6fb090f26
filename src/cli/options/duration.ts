/** Durations as restic's flags take them: `90s`, `5m`, `1h30m`, `1.5h` (Go's time.ParseDuration). Pure. */

import { CommandError } from '../errors.ts';

const UNIT_MILLISECONDS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

const WHOLE = /^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/;
const PARTS = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g;

/** Milliseconds. A bare number is refused, except `0`: its unit would be a guess. */
export function parseDuration(text: string): number {
  if (text === '0') return 0;
  if (!WHOLE.test(text)) {
    throw new CommandError(
      `Invalid duration "${text}": write a number with a unit, for instance 30s, 5m or 2h`,
    );
  }
  let milliseconds = 0;
  for (const [, number, unit] of text.matchAll(PARTS)) {
    milliseconds += Number(number) * (UNIT_MILLISECONDS[unit ?? ''] ?? 0);
  }
  return Math.round(milliseconds);
}
