/**
 * The options that every command takes, before or after its name: those of restic 0.19, and the size of the
 * cache in memory. Knows their spelling only; config.ts gives them their meaning.
 */

import { type Command, Option } from 'commander';

/** What commander hands over; flags that were not given are undefined. */
export interface GlobalFlags {
  readonly repo?: string;
  readonly repositoryFile?: string;
  readonly passwordFile?: string;
  readonly passwordCommand?: string;
  readonly keyHint?: string;
  readonly insecureNoPassword?: true;
  readonly quiet?: true;
  readonly verbose?: number;
  readonly json?: true;
  readonly lock?: boolean;
  readonly retryLock?: string;
  readonly cacheMemory?: string;
}

/**
 * Options of restic that a read-only program without uploads and without a cache on disk has no use for. They
 * are accepted so that a command line written for restic works. The list ends where their meaning begins.
 */
const WITHOUT_EFFECT: readonly Option[] = [
  new Option('--cache-dir <directory>'),
  new Option('--no-cache'),
  new Option('--cleanup-cache'),
  new Option('--cacert <file>').argParser(collect),
  new Option('--tls-client-cert <file>'),
  new Option('--insecure-tls'),
  new Option('--compression <mode>'),
  new Option('--no-extra-verify'),
  new Option('--limit-upload <rate>'),
  new Option('--limit-download <rate>'),
  new Option('--pack-size <size>'),
  new Option('-o, --option <key=value>').argParser(collect),
  new Option('--http-user-agent <name>'),
  new Option('--stuck-request-timeout <duration>'),
];

export function addGlobalOptions(program: Command): void {
  program
    .option('-r, --repo <repository>', 'where the repository is')
    .option('--repository-file <file>', 'file with the location of the repository')
    .option('-p, --password-file <file>', 'file with the password')
    .option('--password-command <command>', 'command that prints the password, run without a shell')
    .option('--key-hint <key>', 'id of the key to try first')
    .option('--insecure-no-password', 'the repository has an empty password')
    .option('-q, --quiet', 'print errors and warnings only')
    .option('-v, --verbose', 'say more; repeat it or use --verbose=2 for causes of errors', countVerbose)
    .option('--json', 'print for programs: one JSON object a line (snapshots: one array)')
    .option('--no-lock', 'do not lock the repository (for read-only storage)')
    .option('--retry-lock <duration>', 'keep trying to lock for this long, for instance 5m')
    .option('--cache-memory <size>', 'memory for decrypted data (default: 1/16 of all, at most 640 MiB)');
  for (const option of WITHOUT_EFFECT) program.addOption(option.hideHelp());
}

/** The flags on this command line that were accepted and change nothing, as `--pack-size`. */
export function flagsWithoutEffect(program: Command): readonly string[] {
  return WITHOUT_EFFECT.filter(
    (option) => program.getOptionValueSource(option.attributeName()) === 'cli',
  ).map((option) => option.long ?? option.flags);
}

/** Commander's parser for an option that may be repeated: every value, in order. */
export function collect(value: string, previous: readonly string[] | undefined): readonly string[] {
  return [...(previous ?? []), value];
}

function countVerbose(_value: string, previous: number | undefined): number {
  return (previous ?? 0) + 1;
}
