/** Parts of the project, run one by one in Windows processes: see programs/windows-parts.ts. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileForWindows, startWindowsNode, type WindowsProcess, windowsPath } from './wine.ts';

export interface Parts {
  /** For files: what is in it goes with the parts. */
  readonly folder: string;
  /** Resolves with what it said. */
  run(part: string, input?: string, env?: Readonly<Record<string, string>>): Promise<Said>;
  start(part: string, input: string, env?: Readonly<Record<string, string>>): WindowsProcess;
  /** Ends what still runs. */
  remove(): Promise<void>;
}

/** Either of both: what came of it, or the message of the error. */
export interface Said {
  readonly result?: unknown;
  readonly error?: string;
}

export async function compileParts(): Promise<Parts> {
  const folder = mkdtempSync(join(tmpdir(), 'snapmount-windows-'));
  const program = await compileForWindows(folder, 'test-integration/programs/windows-parts.ts');
  const running = new Set<WindowsProcess>();
  const start: Parts['start'] = (part, input, env = {}) => {
    const args = [windowsPath(program), part, input];
    const process = startWindowsNode(mkdtempSync(join(folder, 'run-')), args, { env });
    running.add(process);
    void process.ended.finally(() => running.delete(process));
    return process;
  };
  return {
    folder,
    start,
    run: async (part, input = '', env = {}) => {
      const { ended, stdout, stderr } = start(part, input, env);
      const code = await ended;
      if (code !== 0) throw new Error(`It ended with ${code}: ${stderr()}`);
      return JSON.parse(stdout());
    },
    remove: async () => {
      for (const { child } of running) child.kill('SIGKILL');
      await Promise.all([...running].map(({ ended }) => ended));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
