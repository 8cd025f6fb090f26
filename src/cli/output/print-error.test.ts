import { describe, expect, test } from 'vitest';
import { FsError, MountError } from '../../mount/errors.ts';
import { RepositoryError } from '../../repo/errors.ts';
import { CommandError, Interrupted, OutputClosed } from '../errors.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { RecordingStream } from '../testing/streams.ts';
import { printError } from './print-error.ts';

test.each<[error: unknown, code: number]>([
  [new CommandError('x'), 1],
  [new RepositoryError('no-repository', 'x'), 10],
  [new RepositoryError('locked', 'x'), 11],
  [new RepositoryError('wrong-password', 'x'), 12],
  [new RepositoryError('damaged', 'x'), 1],
  [new RepositoryError('lost', 'x'), 13],
  [new MountError('busy', 'x'), 1],
  [new FsError('EIO', 'x'), 1],
  [new Interrupted('SIGINT'), 130],
  [new OutputClosed(), 141],
  [new TypeError('x'), 1],
  ['thrown text', 1],
])('exitCodeOf %s is %d', (error, code) => {
  expect(exitCodeOf(error)).toBe(code);
});

describe('printError', () => {
  test('prints one line, whatever the message holds', () => {
    const stream = new RecordingStream();
    const error = new CommandError('Bad name "a\nb\x1b"');
    expect(printError(error, stream, { json: false, verbosity: 1 })).toBe(1);
    expect(stream.text).toBe('snapmount: Bad name "a\\nb\\x1b"\n');
  });

  test('prints the object of restic with json', () => {
    const stream = new RecordingStream();
    printError(new RepositoryError('locked', 'It is locked'), stream, { json: true, verbosity: 1 });
    expect(stream.text).toBe('{"message_type":"exit_error","code":11,"message":"It is locked"}\n');
  });

  test('says nothing when the reader has gone', () => {
    const stream = new RecordingStream();
    printError(new OutputClosed(), stream, { json: false, verbosity: 3 });
    expect(stream.text).toBe('');
  });

  test('tells errors that nobody foresaw from others', () => {
    const stream = new RecordingStream();
    printError(new TypeError('x is undefined'), stream, { json: false, verbosity: 1 });
    expect(stream.text).toMatch(/^snapmount: Unexpected error, please report .*TypeError: x is undefined\n$/);
  });

  test('prints the causes when very verbose', () => {
    const stream = new RecordingStream();
    const error = new CommandError('Above', { cause: new Error('Below') });
    printError(error, stream, { json: false, verbosity: 3 });
    expect(stream.text).toMatch(/^snapmount: Above\n {2}CommandError: Above\n.*\n {2}Error: Below\n/s);
  });
});
