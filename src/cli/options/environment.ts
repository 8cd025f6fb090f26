/** The environment variables that the commands read, by their role. An empty variable counts as unset, as in restic. */

export interface Environment {
  readonly repository: string | undefined;
  readonly repositoryFile: string | undefined;
  readonly password: string | undefined;
  readonly passwordFile: string | undefined;
  readonly passwordCommand: string | undefined;
  readonly keyHint: string | undefined;
  readonly host: string | undefined;
}

/** Lines for the end of every command's help. */
export const ENVIRONMENT_HELP = `
Environment (an option on the command line wins):
  RESTIC_REPOSITORY, RESTIC_REPOSITORY_FILE   where the repository is
  RESTIC_PASSWORD, RESTIC_PASSWORD_FILE,
  RESTIC_PASSWORD_COMMAND                     its password
  RESTIC_KEY_HINT                             the key to try first
  RESTIC_HOST                                 default for --host`;

export function readEnvironment(variables: NodeJS.ProcessEnv): Environment {
  const read = (name: string) => variables[name] || undefined;
  return {
    repository: read('RESTIC_REPOSITORY'),
    repositoryFile: read('RESTIC_REPOSITORY_FILE'),
    password: read('RESTIC_PASSWORD'),
    passwordFile: read('RESTIC_PASSWORD_FILE'),
    passwordCommand: read('RESTIC_PASSWORD_COMMAND'),
    keyHint: read('RESTIC_KEY_HINT'),
    host: read('RESTIC_HOST'),
  };
}
