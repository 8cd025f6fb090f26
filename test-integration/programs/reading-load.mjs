/**
 * Programs that read below a mountpoint all the time, whether it is mounted or not: every file of a folder, the folder
 * as one archive, random places of one file. What they have read whole is compared with the original; what fails is
 * tried again, for as long as the program lives that wants to know. Knows nothing of how the mount is made.
 */

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const EACH_FILE = `
cd /
while kill -0 "$2" 2> /dev/null; do
  find "$1" -type f -exec sha256sum {} + 2> /dev/null || sleep 0.01
done`;

const ARCHIVE = `
set -o pipefail
cd /
archive() {
  local sum
  sum=$(tar --sort=name --owner=0 --group=0 --format=gnu -C "$1" -cf - . 2> /dev/null | sha256sum) && echo "$sum"
}
archive "$3" || exit
while kill -0 "$2" 2> /dev/null; do
  archive "$1" || sleep 0.01
done`;

const RANDOM_PLACES = `
my ($mounted, $asker, $original) = @ARGV;
open my $right, '<', "$original/large" or die $!;
my $size = -s $right;
$| = 1;
while (kill 0, $asker) {
  my $same = open my $file, '<', "$mounted/large";
  for (1 .. 40) {
    last unless $same;
    my ($at, $length) = (int rand $size, 1 + int rand 200_000);
    sysseek $file, $at, 0;
    sysseek $right, $at, 0;
    my $count = sysread $file, my $bytes, $length;
    last unless defined $count;
    sysread $right, my $expected, $length;
    print $bytes eq substr($expected, 0, $count) ? "right\\n" : "wrong at $at\\n";
    # The rest failed, and the next read would say so.
    last if $count < length $expected;
  }
  select undef, undef, undef, 0.01 unless $same;
}`;

/** What is wrong is shown so often. */
const MOST_WRONG = 10;

/**
 * Reads in the folder `mounted` what should be in `original`, which holds a file `large`. Its `stop` ends them, awaits their end and resolves with how much was read and what of it was wrong.
 */
export function startReading(mounted, original) {
  const read = { files: 0, archives: 0, ranges: 0 };
  const wrong = [];
  const right = sumsBelow(original);
  const check = (kind, isRight, line) => {
    if (isRight) read[kind] += 1;
    else wrong.push(line);
  };
  const self = String(process.pid);
  let archive;
  const readers = [
    reader('bash', ['-c', EACH_FILE, 'bash', mounted, self], (line) => {
      const [sum, path] = splitSum(line);
      check('files', right.get(path.slice(mounted.length + 1)) === sum, line);
    }),
    reader('bash', ['-c', ARCHIVE, 'bash', mounted, self, original], (line) => {
      archive ??= line;
      check('archives', line === archive, line);
    }),
    reader('perl', ['-e', RANDOM_PLACES, mounted, self, original], (line) => {
      check('ranges', line === 'right', line);
    }),
  ];
  return {
    stop: async () => {
      await Promise.all(readers.map((end) => end()));
      return { read, wrong: wrong.slice(0, MOST_WRONG) };
    },
  };
}

/** Each file's SHA-256 by its path. */
function sumsBelow(folder) {
  const sums = execFileSync('find', ['.', '-type', 'f', '-exec', 'sha256sum', '{}', '+'], { cwd: folder });
  const lines = sums.toString().trimEnd().split('\n').map(splitSum);
  return new Map(lines.map(([sum, path]) => [path.slice('./'.length), sum]));
}

function splitSum(line) {
  return [line.slice(0, 64), line.slice(66)];
}

/** Starts a program in a group of its own; what it returns ends the group. */
function reader(command, args, onLine) {
  const child = spawn(command, args, { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  let ending = false;
  createInterface({ input: child.stdout }).on('line', (line) => {
    // What is being written when a program is killed may be part of a line.
    if (!ending) onLine(line);
  });
  return async () => {
    ending = true;
    const closed = once(child, 'close');
    process.kill(-child.pid, 'SIGKILL');
    await Promise.all([exited, closed]);
  };
}
