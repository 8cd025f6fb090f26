import { describe, expect, test } from 'vitest';
import { parseDaemonMessage } from './messages.ts';

describe('parseDaemonMessage', () => {
  test.each([[{ kind: 'ready' }], [{ kind: 'text', stream: 'stderr', text: 'x' }]])('takes %j', (message) => {
    expect(parseDaemonMessage(message)).toEqual(message);
  });

  test.each([
    [null],
    ['ready'],
    [{}],
    [{ kind: 'other' }],
    [{ kind: 'text', stream: 'stdin', text: 'x' }],
    [{ kind: 'text', stream: 'stdout', text: 1 }],
  ])('passes over %j', (message) => {
    expect(parseDaemonMessage(message)).toBeUndefined();
  });
});
