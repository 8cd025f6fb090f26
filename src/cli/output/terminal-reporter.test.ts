import { describe, expect, test } from 'vitest';
import type { Verbosity } from '../options/config.ts';
import { RecordingStream } from '../testing/streams.ts';
import { TerminalReporter } from './terminal-reporter.ts';

function setUp(verbosity: Verbosity, json = false, isTTY = true) {
  const errors = new RecordingStream();
  const notes = new RecordingStream();
  errors.isTTY = isTTY;
  let now = 0;
  const reporter = new TerminalReporter({ errors, notes }, { verbosity, json }, () => now);
  const wait = (milliseconds: number) => {
    now += milliseconds;
  };
  return { errors, notes, reporter, wait };
}

describe('TerminalReporter', () => {
  test.each<[verbosity: Verbosity, notes: string]>([
    [0, ''],
    [1, 'note\n'],
    [2, 'note\ndetail\n'],
  ])('prints at verbosity %d what belongs to it, warnings always', (verbosity, expected) => {
    const { errors, notes, reporter } = setUp(verbosity);
    reporter.warn('warning');
    reporter.note('note');
    reporter.detail('detail');
    expect(notes.text).toBe(expected);
    expect(errors.text).toBe('Warning: warning\n');
  });

  test('keeps a hostile name from driving the terminal', () => {
    const { errors, reporter } = setUp(1);
    reporter.warn('Cannot read "a\x1b]0;owned\x07\nb"');
    expect(errors.text).toBe('Warning: Cannot read "a\\x1b]0;owned\\x07\\nb"\n');
  });

  test('leaves standard output to the events with json, and warns in json', () => {
    const { errors, notes, reporter } = setUp(2, true);
    reporter.note('note');
    reporter.warn('careful');
    reporter.progress('index', 1, 2);
    expect(notes.text).toBe('');
    expect(JSON.parse(errors.text)).toEqual({ message_type: 'warning', message: 'careful' });
  });

  test('shows progress ten times a second at most and erases it when done', () => {
    const { errors, reporter, wait } = setUp(1);
    reporter.progress('Index files', 1, 300);
    reporter.progress('Index files', 2, 300);
    wait(100);
    reporter.progress('Index files', 200, 300);
    reporter.progress('Index files', 300, 300);
    expect(errors.text).toBe('\r\x1b[KIndex files: 1 of 300\r\x1b[KIndex files: 200 of 300\r\x1b[K');
  });

  test('erases progress before it prints a line', () => {
    const { errors, reporter } = setUp(1);
    reporter.progress('Index files', 1, 0);
    reporter.warn('careful');
    expect(errors.text).toBe('\r\x1b[KIndex files: 1\r\x1b[KWarning: careful\n');
  });

  test('cuts progress to the width of the terminal', () => {
    const { errors, reporter } = setUp(1);
    errors.columns = 10;
    reporter.progress('Index files', 1, 300);
    expect(errors.text).toBe('\r\x1b[KIndex fil');
  });

  test('shows no progress where there is no terminal, or when quiet', () => {
    for (const { errors, reporter } of [setUp(1, false, false), setUp(0)]) {
      reporter.progress('Index files', 1, 300);
      reporter.clearProgress();
      expect(errors.text).toBe('');
    }
  });
});
