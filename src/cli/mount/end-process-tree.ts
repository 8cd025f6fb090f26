/** Ends a process of Windows with all that it has started: there ending a process leaves its children running. */

import { type ChildProcess, spawn } from 'node:child_process';
import { systemProgram } from '../../windows/system-programs.ts';

/** Its end is seen as ever, by `exit`. */
export function endProcessTree(child: ChildProcess): void {
  const args = ['/pid', String(child.pid), '/t', '/f'];
  const program = systemProgram('taskkill.exe', process.env);
  const killer = spawn(program, args, { stdio: 'ignore', windowsHide: true });
  // What it could not end, or where it is missing: at least the process itself.
  killer.once('error', () => child.kill());
  killer.once('exit', (code) => code === 0 || child.kill());
}
