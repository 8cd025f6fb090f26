import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Interrupted } from '../errors.ts';
import { isForeground, runCommand } from './run-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'snapmount-command-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

/** A command that can write to "$OUT". */
function start(command: string) {
  const out = join(folder, String(files++));
  const stop = { first: new AbortController(), second: new AbortController() };
  const ending = new AbortController();
  const line = {
    command,
    mountpoint: '/the mount',
    withInput: false,
    variables: { ...process.env, OUT: out },
  };
  const signals = { first: stop.first.signal, second: stop.second.signal };
  return {
    code: runCommand(line, signals, ending.signal),
    stop,
    ending,
    output: () => (existsSync(out) ? readFileSync(out, 'utf8') : ''),
  };
}

/** Says that it has begun, then waits for signals, of which SIGTERM only is noted. */
const PATIENT =
  'trap "echo TERM >> $OUT" TERM; trap "" INT; echo begun >> $OUT; while :; do sleep 0.01; done';

function begun({ output }: ReturnType<typeof start>) {
  return expect.poll(output, { timeout: 10_000 }).toContain('begun');
}

describe('runCommand', () => {
  test('resolves with the exit code of what a shell makes of it, which knows the mount', async () => {
    const run = start('echo "$SNAPMOUNT_MOUNTPOINT" > "$OUT"; exit 7');
    expect(await run.code).toBe(7);
    expect(run.output()).toBe('/the mount\n');
  });

  test.each([
    ['TERM', 143],
    ['KILL', 137],
  ])('resolves with 128 and the number of SIG%s where that ended it', async (signal, code) => {
    expect(await start(`kill -${signal} $$`).code).toBe(code);
  });

  test('does not begin when it is to stop already', async () => {
    const stop = new AbortController();
    stop.abort(new Interrupted('SIGTERM'));
    const line = { command: 'exit 3', mountpoint: '/', withInput: false, variables: {} };
    const never = new AbortController().signal;
    await expect(runCommand(line, { first: stop.signal, second: never }, never)).rejects.toThrow(Interrupted);
  });

  test('passes SIGTERM on, waits, and ends it at the second request', async () => {
    const run = start(PATIENT);
    await begun(run);
    run.stop.first.abort(new Interrupted('SIGTERM'));
    run.ending.abort();
    await expect.poll(run.output, { timeout: 10_000 }).toBe('begun\nTERM\n');
    run.stop.second.abort(new Interrupted('SIGTERM'));
    expect(await run.code).toBe(137);
  });

  test('gets SIGTERM when the mount ends by itself, once', async () => {
    const run = start(
      `trap 'echo TERM >> "$OUT"; exit 5' TERM; echo begun > "$OUT"; while :; do sleep 0.01; done`,
    );
    await begun(run);
    run.ending.abort();
    expect(await run.code).toBe(5);
    expect(run.output()).toBe('begun\nTERM\n');
  });
});

describe('isForeground', () => {
  // pid (name) state parent group session terminal foreground ...
  test.each([
    ['7 (a) b) S 1 7 5 34816 7 4194304', true],
    ['7 (node) S 1 7 5 34816 9 4194304', false],
    ['7 (node) S 1 7 7 0 -1 4194304', false],
    ['', true],
  ])('of %j is %j', (state, expected) => {
    expect(isForeground(state)).toBe(expected);
  });
});
