/** Where Windows has its own programs, and how its shell takes a line as it is. Pure. */

type Variables = Readonly<Record<string, string | undefined>>;

/** By its whole path, as are the programs in it: nothing is searched for. */
export function windowsFolder({ SystemRoot = 'C:\\Windows' }: Variables): string {
  return SystemRoot;
}

export function systemProgram(name: string, variables: Variables): string {
  return `${windowsFolder(variables)}\\System32\\${name}`;
}

/** For arguments that are passed on verbatim. */
export function cmdCall(line: string, variables: Variables): { file: string; args: readonly string[] } {
  // /d: without what the registry would run before; /s: of the quotes only the outer ones are taken away.
  return { file: systemProgram('cmd.exe', variables), args: ['/d', '/s', '/c', `"${line}"`] };
}
