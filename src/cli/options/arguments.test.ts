import { describe, expect, test } from 'vitest';
import { buildProgram } from '../program.ts';
import { toCommanderArguments } from './arguments.ts';

const silent = { writeOut: () => {}, writeErr: () => {} };
const program = buildProgram(() => {
  throw new Error('no command is run here');
}, silent);

describe('toCommanderArguments', () => {
  test.each<[given: string, taken: string]>([
    ['-r /repo mount -q /mnt', '-r /repo mount -q /mnt'],
    ['-r=/repo mount', '-r /repo mount'],
    ['-r/repo mount', '-r /repo mount'],
    ['--repo=/repo mount', '--repo=/repo mount'],
    ['ls -lq latest', 'ls -l -q latest'],
    ['ls -lqr=/repo latest', 'ls -l -q -r /repo latest'],
    ['ls -lx latest', 'ls -l -x latest'],
    ['-vv ls', '-v -v ls'],
    ['--verbose=2 ls', '--verbose --verbose ls'],
    ['-v=1 ls', '-v ls'],
    ['--verbose=0 ls', 'ls'],
    ['--json=true --no-lock=false ls', '--json ls'],
    ['--unknown=1 -Z=2', '--unknown=1 -Z=2'],
    ['mount --path-template -v=2 /mnt', 'mount --path-template -v=2 /mnt'],
    ['reparse inspect --wine -v=2', 'reparse inspect --wine -v=2'],
    ['cat -- -v=2', 'cat -- -v=2'],
    ['- -1', '- -1'],
  ])('turns %j into %j', (given, taken) => {
    expect(toCommanderArguments(given.split(' '), program)).toEqual(taken.split(' '));
  });

  test('keeps an empty value', () => {
    expect(toCommanderArguments(['mount', '-H='], program)).toEqual(['mount', '-H', '']);
    expect(toCommanderArguments(['mount', '-H', ''], program)).toEqual(['mount', '-H', '']);
  });

  test('refuses a switch with a value that is none', () => {
    expect(() => toCommanderArguments(['--json=maybe'], program)).toThrow('Invalid value "maybe" for --json');
  });
});
