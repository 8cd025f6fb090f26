import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { LogFile } from './log-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'snapmount-log-'));
afterAll(() => rmSync(folder, { recursive: true }));

const now = () => new Date(Date.UTC(2026, 0, 2, 3, 4, 5, 6));

describe('LogFile', () => {
  test('adds lines with time, process and kind to what is there, for its owner alone', async () => {
    const path = join(folder, 'log');
    for (const word of ['first', 'second']) {
      const log = await LogFile.open(path, now);
      log.warn(`${word} \u001b[2J`);
      log.note('a note');
      log.detail('a detail');
      log.fail('the end');
      await log.close();
    }
    const start = `2026-01-02T03:04:05.006Z [${process.pid}]`;
    const lines = (word: string) =>
      `${start} warning: ${word} \\x1b[2J\n${start} note: a note\n${start} detail: a detail\n${start} error: the end\n`;
    expect(readFileSync(path, 'utf8')).toBe(lines('first') + lines('second'));
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('keeps its lines at the end when somebody else empties the file', async () => {
    const path = join(folder, 'rotated');
    const log = await LogFile.open(path, now);
    log.note('old');
    await expect.poll(() => readFileSync(path, 'utf8')).toContain('old');
    writeFileSync(path, '');
    log.note('new');
    await log.close();
    expect(readFileSync(path, 'utf8')).toMatch(/^2026\S+ \[\d+\] note: new\n$/);
  });

  test.each([
    ['/no/such/folder/log', /^Log file "\/no\/such\/folder\/log" cannot be written \(ENOENT\)$/],
    ['/', /\(EISDIR\)$/],
  ])('cannot be %s', async (path, message) => {
    await expect(LogFile.open(path)).rejects.toThrow(message);
  });

  test('does not wait for a fifo that nobody reads', async () => {
    const path = join(folder, 'fifo');
    execFileSync('mkfifo', [path]);
    await expect(LogFile.open(path)).rejects.toThrow(/\(ENXIO\)$/);
  });

  test('goes on when the disk is full', async () => {
    const log = await LogFile.open('/dev/full');
    log.warn('lost');
    log.warn('lost, too');
    await log.close();
  });
});
