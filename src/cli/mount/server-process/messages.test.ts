import { describe, expect, test } from 'vitest';
import { parseFromServer, parseFromStarter, parseLaunch } from './messages.ts';

describe('parseFromServer', () => {
  test.each([
    [{ kind: 'ready' }],
    [{ kind: 'done' }],
    [{ kind: 'end-command' }],
    [{ kind: 'run', mountpoint: 'X:' }],
    [{ kind: 'text', stream: 'stderr', text: 'x' }],
  ])('takes %j', (message) => {
    expect(parseFromServer(message)).toEqual(message);
  });

  test.each([
    [null],
    ['ready'],
    [{}],
    [{ kind: 'other' }],
    [{ kind: 'run' }],
    [{ kind: 'text', stream: 'stdin', text: 'x' }],
    [{ kind: 'text', stream: 'stdout', text: 1 }],
  ])('passes over %j', (message) => {
    expect(parseFromServer(message)).toBeUndefined();
  });
});

describe('parseFromStarter', () => {
  test.each([
    [{ kind: 'released' }],
    [{ kind: 'stop', signal: 'SIGINT' }],
    [{ kind: 'ran', code: 7 }],
    [{ kind: 'not-run', problem: 'no shell' }],
  ])('takes %j', (message) => {
    expect(parseFromStarter(message)).toEqual(message);
  });

  test.each([
    [undefined],
    [{ kind: 'stop', signal: 'SIGKILL' }],
    [{ kind: 'ran' }],
    [{ kind: 'not-run', problem: 1 }],
  ])('passes over %j', (message) => {
    expect(parseFromStarter(message)).toBeUndefined();
  });
});

describe('parseLaunch', () => {
  test('takes what the starter writes', () => {
    const launch = { stays: true, hasPassword: false, terminals: { stderr: 100 } };
    expect(parseLaunch(JSON.stringify(launch))).toEqual(launch);
  });

  test.each([['1'], ['{'], ['{"stays":true,"terminals":{}}'], ['null']])('passes over %j', (text) => {
    expect(parseLaunch(text)).toBeUndefined();
  });
});
