/** Runs programs at a terminal of their own, and types there what a person would. */

import { type Outcome, type RunOptions, run } from './run.ts';

export interface Step {
  /** What must have been printed since the step before; or what a thread of the program must hang in (its wchan). */
  readonly once: string | { readonly hangsIn: string };
  readonly types: string;
}

/** Closes the window of the terminal, and says nothing of what becomes of the program. */
export const CLOSE = 'close';

export const CTRL_C = '\x03';

/** What was printed is in `stdout`, as a terminal gets it. A step that never comes ends the program, and fails the test. */
export function runAtTerminal(
  command: readonly string[],
  steps: readonly Step[],
  options?: RunOptions,
): Promise<Outcome> {
  return run('python3', ['-c', TYPIST, JSON.stringify(steps), ...command], options);
}

const TYPIST = `
import glob, json, os, pty, sys
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
seen = b''
def more():
    global seen
    try:
        part = os.read(terminal, 4096)
    except OSError:
        part = b''
    seen += part
    return part
def hangs(where):
    return any(open(path).read() == where for path in glob.glob(f'/proc/{pid}/task/*/wchan'))
after = 0
for step in json.loads(sys.argv[1]):
    once = step['once']
    if isinstance(once, str):
        while seen.find(once.encode(), after) < 0 and more():
            pass
        after = seen.find(once.encode(), after) + len(once.encode())
    else:
        while not hangs(once['hangsIn']):
            pass
    if step['types'] == 'close':
        sys.exit(0)
    try:
        os.write(terminal, step['types'].encode())
    except OSError:
        break
while more():
    pass
sys.stdout.buffer.write(seen)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))`;
