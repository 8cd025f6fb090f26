/**
 * The commands as processes: what they print compared with what restic prints, passwords from everywhere, exit
 * codes, signals, and readers that go away.
 */

import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  EVERY_KIND_NEEDS,
  type EveryKind,
  everyKind,
  smallRepository,
  temporaryFolder,
} from './support/fixtures.ts';
import { isMounted, locksIn, mount, snapmountProgram } from './support/mount.ts';
import { needs } from './support/require-tool.ts';
import { CLEAN_ENVIRONMENT, PASSWORD, resticOutput, restics, systemRestic } from './support/restic.ts';
import { output, type RunOptions, run, script, scriptOutput } from './support/run.ts';
import { runAtTerminal } from './support/terminal.ts';

const ENVIRONMENT = { ...CLEAN_ENVIRONMENT, RESTIC_PASSWORD: PASSWORD };

function snapmount(args: readonly string[], options: RunOptions = {}) {
  const env = { ...ENVIRONMENT, ...options.env };
  return run(process.execPath, [snapmountProgram, ...args], { ...options, env });
}

/** Output as Latin-1, so that every byte is one character. */
function snapmountOutput(args: readonly string[], options: RunOptions = {}) {
  const env = { ...ENVIRONMENT, ...options.env };
  return output(process.execPath, [snapmountProgram, ...args], { ...options, env });
}

/** A JSON document out of output that was read as Latin-1. */
function parseJson(text: string) {
  return JSON.parse(Buffer.from(text, 'latin1').toString());
}

function parseLines(text: string): Record<string, unknown>[] {
  return text.split('\n').slice(0, -1).map(parseJson);
}

describe.each(restics)('beside $name', (restic) => {
  describe('with every kind of file', needs(...EVERY_KIND_NEEDS), () => {
    let made: EveryKind;
    beforeAll(async () => {
      made = await everyKind(restic, 2);
    });

    test('snapshots --json prints what restic prints', async () => {
      const ours = parseJson(await snapmountOutput(['-r', made.repository, 'snapshots', '--json']));
      const theirs = parseJson(await resticOutput(restic, made.repository, ['snapshots', '--json']));
      expect(ours.length).toBeGreaterThan(1);
      expect(byId(ours)).toEqual(byId(theirs));
    });

    test('snapshots prints the table of restic', async () => {
      // Older versions say nothing about the time zone and take bytes for columns; equal times are in any order.
      const sortedLines = (text: string) =>
        text
          .replace(/^Timestamps .*\n|-{9,}/gm, '')
          .replace(/ +/g, ' ')
          .replace(/\n\n/g, '\n')
          .split('\n')
          .sort();
      const ours = await snapmountOutput(['-r', made.repository, 'snapshots']);
      const theirs = await resticOutput(restic, made.repository, ['snapshots', '--quiet']);
      expect(sortedLines(ours)).toEqual(sortedLines(theirs));
    });

    test.each([
      ['--host', 'gamma'],
      // Before 0.17 an empty host was a host like others.
      ...(restic.minor < 17 ? [] : [['--host', '']]),
      ['--tag', ''],
      ['--tag', 'a'],
      ['--tag', 'a,b'],
      ['--host', 'no-such-host'],
      ['--latest', '1'],
    ])('snapshots %s "%s" chooses those of restic', async (...filter) => {
      const args = ['snapshots', '--json', ...filter];
      const ours = parseJson(await snapmountOutput(['-r', made.repository, ...args]));
      const theirs = parseJson(await resticOutput(restic, made.repository, args));
      expect(byId(ours)).toEqual(byId(theirs));
    });

    test('ls --recursive prints every name byte by byte', async () => {
      const reference = ['ls', '--recursive', '--host', 'gamma', 'latest:/tree'];
      const ours = await snapmountOutput(['-r', made.repository, ...reference]);
      const theirs = await scriptOutput("cd $1; find . -mindepth 1 -printf '/%P\\n'", [
        `${made.restored}/tree`,
      ]);
      expect(ours.split('\n').sort()).toEqual(theirs.split('\n').sort());
    });

    test('ls --json gives every file the fields of restic', async () => {
      const ours = parseLines(
        await snapmountOutput([
          '-r',
          made.repository,
          'ls',
          '--recursive',
          '--json',
          '--host',
          'gamma',
          'latest',
        ]),
      );
      const theirs = parseLines(
        await resticOutput(restic, made.repository, ['ls', '--json', '--host', 'gamma', 'latest']),
      );
      const compared = ['name', 'type', 'path', 'uid', 'gid', 'size', 'mode', 'permissions', 'struct_type'];
      // What an older restic does not print, and what it cannot print: names that are not UTF-8.
      const theirFields = compared.filter((field) => theirs.some((entry) => field in entry));
      const comparable = (entry: Record<string, unknown>) => ({
        ...Object.fromEntries(theirFields.map((field) => [field, entry[field]])),
        // restic leaves out a mode of 0.
        mode: entry.mode ?? 0,
        mtime: entry.mtime === undefined ? undefined : instant(String(entry.mtime)),
      });
      const isText = (entry: Record<string, unknown>) =>
        !('path_raw' in entry) && !String(entry.path).includes('\ufffd');
      expect(ours.filter(isText).map(comparable)).toEqual(theirs.filter(isText).map(comparable));
      expect(ours).toHaveLength(theirs.length);
      expect(ours.some((entry) => 'path_raw' in entry)).toBe(true);
    });

    test('cat writes every file byte by byte, by names in any bytes', async () => {
      const catEach = `cd $1/tree; export RESTIC_REPOSITORY=$2
        printf '%s\\0' files/{empty,1MiB+1,text,sparse} names/{$'new\\nline',$'half \\303',$'\\377\\376 not UTF-8','\\'} |
        while IFS= read -r -d '' name; do
          $3 $4 cat --host gamma "latest:/tree/$name" | cmp - "./$name" || { echo "$name differs"; exit 1; }
        done`;
      const args = [made.restored, made.repository, process.execPath, snapmountProgram];
      expect(await script(catEach, args, { env: ENVIRONMENT })).toMatchObject({
        code: 0,
        stdout: '',
        stderr: '',
      });
    });
  });
});

/** restic lists snapshots of the same time in any order. */
function byId<Listed extends { readonly id: string }>(snapshots: readonly Listed[]): Listed[] {
  return snapshots.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** A moment in whole seconds and the digits after, whatever zone it is written in. */
function instant(text: string): string {
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? '';
  return `${Date.parse(text.replace(/\.\d+/, '')) / 1000}.${fraction}`;
}

describe('with a small repository', needs('restic', 'python3'), () => {
  let repository: string;
  let scratch: string;
  beforeAll(async () => {
    repository = await smallRepository(systemRestic());
    scratch = await temporaryFolder();
  });

  test('ls lists one folder, or a file', async () => {
    expect(await snapmountOutput(['-r', repository, 'ls', 'latest'])).toBe('/folder\n/notes\n');
    expect(await snapmountOutput(['-r', repository, 'ls', 'latest:folder'])).toBe('/file\n');
    expect(await snapmountOutput(['-r', repository, 'ls', '-l', 'latest:/notes'])).toMatch(
      /^-rw.* {6}6 .* \/notes\n$/,
    );
  });

  test.each([
    ['before the command', ['-r', 'REPO', '--json', 'ls', 'latest:folder']],
    ['after the command', ['ls', 'latest:folder', '--json', '-r=REPO']],
    [
      'with options that only restic has a use for',
      [
        ...['ls', '--cleanup-cache', '--no-cache', '--pack-size', '8', '--compression=max', '-o', 'a.b=c'],
        ...['--limit-upload', '1', '--cacert', '/x', '--json', '-r', 'REPO', 'latest:folder'],
      ],
    ],
  ])('takes options %s', async (_, args) => {
    const real = args.map((argument) => argument.replace('REPO', repository));
    const [header, node] = parseLines(await snapmountOutput(real));
    expect(header).toMatchObject({ message_type: 'snapshot', hostname: 'here' });
    expect(node).toMatchObject({ message_type: 'node', name: 'file', path: '/file', size: 9 });
  });

  test.each([
    ['cat', 'latest:folder', /"latest:folder" is a folder/],
    ['cat', 'latest', /^snapmount: No file given/],
    ['cat', 'latest:no/such', /No such file or folder: "no\/such"/],
    ['cat', 'feed:notes', /starts with "feed"/],
    ['ls', 'latest:notes/x', /Not a folder/],
    ['ls', '', /starts with ""/],
  ])('%s "%s" fails with one line', async (command, argument, message) => {
    const outcome = await snapmount(['-r', repository, command, argument]);
    expect(outcome).toMatchObject({ code: 1, stdout: '' });
    expect(outcome.stderr).toMatch(message);
    expect(outcome.stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(locksIn(repository)).toEqual([]);
  });

  test.each([
    ['a wrong password', ['-r', 'REPO'], { RESTIC_PASSWORD: 'wrong' }, 12],
    ['no repository', ['-r', '/no/such/repository'], {}, 10],
    ['an unknown option', ['-r', 'REPO', '--no-such-option'], {}, 1],
    ['a repository of another kind', ['-r', 'sftp:host:/x'], {}, 1],
    ['two locations', ['-r', 'REPO', '--repository-file', '/x'], {}, 1],
  ])('--json tells of %s as restic does', async (_, args, env, code) => {
    const real = args.map((argument) => argument.replace('REPO', repository));
    const outcome = await snapmount(['--json', 'snapshots', ...real], { env });
    expect(parseJson(outcome.stderr)).toMatchObject({ message_type: 'exit_error', code });
    expect(outcome).toMatchObject({ code, stdout: '' });
  });

  describe('takes the password', () => {
    const unset = { RESTIC_PASSWORD: undefined };

    function snapshotsWith(args: readonly string[], options: RunOptions) {
      return snapmountOutput(['-r', repository, 'snapshots', '--json', ...args], options);
    }

    test('from a file in UTF-16', async () => {
      const path = join(scratch, 'utf-16');
      writeFileSync(path, `\ufeff${PASSWORD}\r\n`, 'utf16le');
      await snapshotsWith(['-p', path], { env: unset });
    });

    test('from a command, with its complaints passed on', async () => {
      const command = `sh -c 'echo asking >&2; echo "${PASSWORD}"'`;
      const outcome = await snapmount(['-r', repository, 'snapshots', '--password-command', command], {
        env: unset,
      });
      expect(outcome).toMatchObject({ code: 0, stderr: 'asking\n' });
    });

    test('from the first line of standard input', async () => {
      await snapshotsWith([], { env: unset, input: `${PASSWORD}\nmore\n` });
    });

    test('from a person at a terminal, who may try again, without showing it', async () => {
      const line = [process.execPath, snapmountProgram, '-r', repository, 'ls', 'latest'];
      const answers = ['wrong\r', `${PASSWORD}\r`].map((types) => ({ once: 'enter password', types }));
      const outcome = await runAtTerminal(line, answers, { env: { ...ENVIRONMENT, ...unset } });
      expect(outcome.stdout).toMatch(
        /enter password.*\n.*try again.*enter password.*\/folder\r\n\/notes\r\n/s,
      );
      expect(outcome.stdout).not.toContain('wrong');
      expect(outcome.stdout).not.toContain(PASSWORD);
      expect(outcome.code).toBe(0);
    });

    test('or is interrupted by Ctrl-C at the prompt', async () => {
      const interrupt = `
import os, pty, sys, termios
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
before = termios.tcgetattr(terminal)
seen = b''
while b'enter password' not in seen:
    seen += os.read(terminal, 4096)
os.write(terminal, b'\\x03')
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
sys.exit(code if termios.tcgetattr(terminal) == before else 99)`;
      const args = ['-c', interrupt, process.execPath, snapmountProgram, '-r', repository, 'ls', 'latest'];
      expect(await run('python3', args, { env: { ...ENVIRONMENT, ...unset } })).toMatchObject({ code: 130 });
    });
  });

  test('ends with 130 and its helpers when interrupted while it opens', async () => {
    const mark = join(scratch, 'started');
    // The command tells its own process id and would go on for a minute.
    const interrupt = `
      "$1" "$2" -r "$3" snapshots --password-command "sh -c 'echo \\$\\$ > $4; exec sleep 60'" & pid=$!
      until [ -s "$4" ]; do :; done
      kill -INT $pid; wait $pid || code=$?
      ! grep -qs '^State:.[^Z]' "/proc/$(cat "$4")/status" || { echo helper still runs; exit 1; }
      exit $code`;
    const args = [process.execPath, snapmountProgram, repository, mark];
    const outcome = await script(interrupt, args, { env: { ...ENVIRONMENT, RESTIC_PASSWORD: undefined } });
    expect(outcome).toMatchObject({ code: 130, stdout: '' });
    expect(locksIn(repository)).toEqual([]);
  });
});

describe('with a large file', needs('restic', 'python3'), () => {
  const SIZE = 64 * 1024 * 1024;
  let repository: string;
  let digest: string;
  beforeAll(async () => {
    const folder = await temporaryFolder();
    repository = join(folder, 'repository');
    mkdirSync(join(folder, 'data'));
    const bytes = Buffer.alloc(SIZE);
    for (let at = 0; at < SIZE; at += 4) bytes.writeUInt32LE(Math.imul(at, 2_654_435_761) >>> 0, at);
    digest = createHash('sha256').update(bytes).digest('hex');
    writeFileSync(join(folder, 'data', 'large'), bytes);
    await resticOutput(systemRestic(), repository, ['init']);
    await resticOutput(systemRestic(), repository, ['backup', 'large'], { cwd: join(folder, 'data') });
    rmSync(join(folder, 'data'), { recursive: true });
  });

  function pipeline(text: string) {
    const args = [process.execPath, snapmountProgram, repository];
    return script(`cat_large() { "$1" "$2" -r "$3" cat latest:large; }; ${text}`, args, { env: ENVIRONMENT });
  }

  test('cat writes it whole, into a pipe and into a file', async () => {
    const target = join(await temporaryFolder(), 'copy');
    const piped = await pipeline('cat_large "$@" | sha256sum');
    expect(piped).toMatchObject({ stdout: `${digest}  -\n`, stderr: '' });
    await pipeline(`cat_large "$@" > ${target}`);
    expect(createHash('sha256').update(readFileSync(target)).digest('hex')).toBe(digest);
  });

  test('cat ends quietly with 141 when its reader goes away, and takes its lock with it', async () => {
    const outcome = await pipeline('set +o pipefail; cat_large "$@" | head -c 10 >&2; exit "$PIPESTATUS"');
    expect(outcome.code).toBe(141);
    expect(outcome.stderr).toHaveLength(10);
    expect(locksIn(repository)).toEqual([]);
  });

  test('cat waits for a reader that has stopped, and can be interrupted there', async () => {
    const outcome = await pipeline(`
      mkfifo "$3.pipe"; exec 3<>"$3.pipe"
      "$1" "$2" -r "$3" cat latest:large > "$3.pipe" & pid=$!
      python3 -c 'import array, fcntl, termios
held = array.array("i", [0])
while held[0] < 65536: fcntl.ioctl(3, termios.FIONREAD, held)' 3<&3
      kill -INT $pid; wait $pid || exit $?`);
    expect(outcome).toMatchObject({ code: 130, stderr: 'snapmount: Interrupted by SIGINT\n' });
    expect(locksIn(repository)).toEqual([]);
  });
});

describe('mount and SIGHUP', needs('root', 'restic', '/dev/fuse', 'python3'), () => {
  let repository: string;
  beforeAll(async () => {
    repository = await smallRepository(systemRestic());
  });

  test('goes on when restic unlock asks whether it is alive, and keeps its lock', async () => {
    const mounted = await mount(repository);
    await resticOutput(systemRestic(), repository, ['unlock']);
    process.kill(mounted.pid, 'SIGHUP');
    expect(locksIn(repository)).toHaveLength(1);
    expect(readdirSync(join(mounted.path, 'snapshots', 'latest'))).toEqual(['folder', 'notes']);
    await mounted.unmount();
  });

  test('ends when its terminal goes away', async () => {
    const mountpoint = await temporaryFolder();
    // Closing its end of the terminal hangs up the other, as a lost connection does.
    const hangUp = `
import os, pty, sys
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
seen = b''
while b'Now serving' not in seen:
    seen += os.read(terminal, 4096)
os.close(terminal)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))`;
    const args = ['-c', hangUp, process.execPath, snapmountProgram, '-r', repository, 'mount', mountpoint];
    expect(await output('python3', args, { env: ENVIRONMENT })).toBe('-1\n');
    expect(isMounted(mountpoint)).toBe(false);
    expect(locksIn(repository)).toEqual([]);
  });
});
