/**
 * Which file a program's name means on Windows, and how it is started: as restic's runtime does both, so that one
 * password command works for both. Node alone finds neither batch files nor refuses what lies in the working folder.
 */

import { cmdCall } from '../../windows/system-programs.ts';
import { CommandError } from '../errors.ts';

const EXTENSIONS = '.com;.exe;.bat;.cmd';

/** As `spawn` takes it. */
export interface Start {
  readonly file: string;
  readonly args: readonly string[];
  /** Whether `args` are the rest of the command line as they stand. */
  readonly verbatim: boolean;
}

/** `environment` finds names in any case, as `process.env` does on Windows. Throws CommandError. */
export function startOnWindows(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  isFile: (path: string) => boolean,
): Start {
  const file = findProgram(program, environment, isFile);
  if (file === undefined)
    throw new CommandError(`Password command "${program}" is not found${cure(program)}`);
  if (!/\.(bat|cmd)$/i.test(file)) return { file, args, verbatim: false };
  const line = [file, ...args].map((word) => quoteForBatch(word, program)).join(' ');
  return { ...cmdCall(line, environment), verbatim: true };
}

function findProgram(
  program: string,
  { PATH = '', PATHEXT }: Readonly<Record<string, string | undefined>>,
  isFile: (path: string) => boolean,
): string | undefined {
  const endings = (PATHEXT || EXTENSIONS).split(';').filter((ending) => ending.startsWith('.'));
  const isWhole = /\.[^\\/:.]+$/.test(program);
  // The working folder is not looked into, nor what is relative to it: what lies there may be anybody's.
  const folders = PATH.split(';')
    .map((folder) => folder.replace(/^"(.*)"$/, '$1').replace(/[\\/]$/, ''))
    .filter((folder) => /^([a-z]:|\\\\)/i.test(folder));
  const places = /[\\/:]/.test(program) ? [program] : folders.map((folder) => `${folder}\\${program}`);
  return places
    .flatMap((place) => [...(isWhole ? [place] : []), ...endings.map((ending) => place + ending)])
    .find(isFile);
}

/** Batch files see their line after cmd.exe has, and nothing protects these characters from it. */
function quoteForBatch(word: string, program: string): string {
  if (/["%\r\n]/.test(word)) {
    throw new CommandError(
      `Password command "${program}" is a batch file: it cannot be given arguments with ", % or line breaks`,
    );
  }
  return `"${word.replace(/\\+$/, '$&$&')}"`;
}

/** `C:` is what is left of an unquoted `C:\folder\program`. */
function cure(program: string): string {
  return /^[a-z]:$/i.test(program) ? `: put its path into quotes, a backslash separates words` : '';
}
