// The import law as data: which folder may import what, and why. Knows nothing of how it is checked.
// The first row that matches a file holds for it, so the special stands before the general.
// `of` and `may` are paths from the root of the project: a folder ends in `/`, `*` stands for any run of
// characters within one name. What a row's `of` names may always import itself.

const TYPES = ['src/report.ts', 'src/entry-kind.ts', 'src/stop-requests.ts'];
const WAITING = 'src/until-aborted.ts';
const COMPILED = 'src/compiled-module.ts';
const STORAGE_WAITING = 'src/until-storage-answers.ts';
const TIME = 'src/wait.ts';
/** By which Windows compares names, and whoever shows names to it. */
const WINDOWS_CASE = 'src/mount/windows-case.ts';
const PROCESSES = 'src/process-identity.ts';
/** Functions of the C library that all works without, slower. */
const LINUX_CALL = 'src/linux-call.ts';
const WINDOWS = 'src/windows/';
const REPOSITORY_FACE = ['src/repo/repository.ts', 'src/repo/tree-table.ts', 'src/repo/errors.ts'];

/** Shared by the drivers that run on Linux. */
const LINUX_MOUNTS = 'src/mount/linux-mounts/';

const driver = (folder, ...more) => ({
  of: `src/mount/${folder}/`,
  may: [
    'src/mount/attributes.ts',
    'src/mount/node.ts',
    'src/mount/driver.ts',
    'src/mount/errors.ts',
    'src/mount/lazy-signal.ts',
    'src/mount/path-walker.ts',
    'src/mount/stored-attributes.ts',
    PROCESSES,
    ...TYPES,
    ...more,
  ],
  why: 'a driver knows the view as types only, no repository and no other driver',
});

export const LAYERS = [
  { of: 'src/cli/', may: ['src/'], why: 'the commands put everything together' },
  {
    of: 'src/mount/view/',
    may: [
      'src/mount/attributes.ts',
      'src/mount/node.ts',
      'src/mount/errors.ts',
      'src/mount/path-walker.ts',
      WINDOWS_CASE,
      ...REPOSITORY_FACE,
      'src/repo/name-hash.ts',
      'src/repo/plain-name.ts',
      'src/reparse/',
      WAITING,
      ...TYPES,
    ],
    why: 'the view knows repositories as types, and no driver',
  },
  driver('linux', LINUX_MOUNTS),
  driver('fuse-native', LINUX_MOUNTS),
  driver('winfsp', 'src/reparse/', WINDOWS, WINDOWS_CASE),
  {
    of: 'src/mount/windows-mounts/',
    may: ['src/mount/driver.ts', 'src/mount/errors.ts', 'src/mount/in-the-way.ts', ...TYPES],
    why: 'how a mount of Windows is ended is the same whoever serves it',
  },
  {
    of: LINUX_MOUNTS,
    may: ['src/mount/driver.ts', 'src/mount/errors.ts', COMPILED, ...TYPES],
    why: 'what Linux says of mounts is the same whoever serves them',
  },
  {
    of: 'src/mount/path-walker.ts',
    may: ['src/mount/node.ts', 'src/mount/errors.ts', ...TYPES],
    why: 'drivers share the walker, so it knows nodes and nothing else',
  },
  {
    of: 'src/mount/session.ts',
    may: ['src/mount/*.ts', ...REPOSITORY_FACE, WAITING, STORAGE_WAITING, TIME, ...TYPES],
    why: 'a session knows the repository, the view and the driver by their types',
  },
  {
    of: 'src/mount/*.ts',
    may: ['src/mount/*.ts', TIME, ...TYPES],
    why: 'the seams of the mount know neither repositories nor drivers',
  },
  {
    of: 'src/repo/backend/',
    may: [LINUX_CALL],
    why: 'a backend stores files and knows nothing of what is in them',
  },
  {
    of: 'src/repo/memory/',
    may: [LINUX_CALL],
    why: 'memory knows nothing of what is in it',
  },
  {
    of: 'src/repo/workers/',
    may: [],
    why: 'the pool of threads runs any job and knows none',
  },
  {
    of: 'src/repo/restic/',
    may: ['src/repo/', WAITING, TIME, PROCESSES, WINDOWS, COMPILED, ...TYPES],
    why: 'a repository knows neither mounts nor commands',
  },
  {
    of: 'src/repo/*.ts',
    may: ['src/repo/*.ts', 'src/repo/backend/', 'src/repo/workers/', WAITING, ...TYPES],
    why: 'what is shared by all formats knows no format, no mount and no command',
  },
  { of: 'src/reparse/', may: [], why: 'reparse buffers are a pure codec' },
  { of: WINDOWS, may: [], why: 'what Windows says is the same whoever asks' },
  { of: 'src/*.ts', may: ['src/*.ts', WINDOWS], why: 'what every layer shares knows no layer' },
];

/** Siblings that must not know each other; what `shared` names belongs to all of them. */
export const SIBLINGS = [
  {
    of: 'src/repo/backend/',
    shared: [
      'backend.ts',
      'cached-read.ts',
      'data-threads.ts',
      'errors.ts',
      'in-flight.ts',
      'local-files.ts',
      'location.ts',
      'open-files.ts',
      'thread-pool.ts',
      'until-released.ts',
    ],
    why: 'one backend never imports another: they share types, errors and helpers only',
  },
];

/** Cores without I/O, so that they run in any thread and under table tests. */
export const PURE = [
  'src/mount/view/',
  'src/mount/linux/wire/',
  'src/mount/fuse-native/operations/stat-words.ts',
  'src/mount/fuse-native/*-string.ts',
  'src/mount/fuse-native/finder.ts',
  'src/mount/fuse-native/names.ts',
  'src/mount/fuse-native/short-inodes.ts',
  'src/mount/winfsp/wire/',
  'src/mount/winfsp/links/',
  'src/mount/winfsp/*-check.ts',
  'src/mount/winfsp/access.ts',
  'src/mount/winfsp/describe-node.ts',
  'src/mount/winfsp/find-node.ts',
  'src/mount/winfsp/mount-failure.ts',
  'src/mount/winfsp/mountpoint.ts',
  'src/mount/node.ts',
  'src/mount/path-walker.ts',
  'src/mount/stored-attributes.ts',
  'src/mount/windows-case.ts',
  'src/reparse/',
  'src/repo/plain-name.ts',
  'src/repo/tree-table.ts',
  'src/repo/tree-table-builder.ts',
  'src/repo/content.ts',
  'src/repo/memory/extents.ts',
  'src/repo/read-ahead.ts',
  'src/repo/restic/*-decoder.ts',
  'src/repo/restic/json/',
  'src/repo/restic/tree/',
  'src/repo/restic/index/blob-index.ts',
  'src/repo/restic/index/id-table.ts',
  'src/repo/restic/index/index-decoder.ts',
  'src/repo/restic/lock/lock-file.ts',
];

/** What a pure core must not import. */
export const IO_MODULES = [
  'node:child_process',
  'node:cluster',
  'node:dgram',
  'node:dns',
  'node:fs',
  'node:fs/promises',
  'node:http',
  'node:http2',
  'node:https',
  'node:net',
  'node:process',
  'node:readline',
  'node:tls',
  'node:tty',
  'node:worker_threads',
  'koffi',
];

/** On Windows these turn `/` into `\\`, which is a character like others in the paths of a repository. */
export const PATH_MODULES = [
  'node:path',
  'node:path/posix',
  'node:path/win32',
  'path',
  'path/posix',
  'path/win32',
];

/** Whose paths are those of this machine: all others handle paths of a repository, where only `/` separates. */
export const LOCAL_PATHS = [
  'src/repo/backend/',
  LINUX_MOUNTS,
  'src/mount/fuse-native/addon.ts',
  'src/cli/mount/mountpoint/',
  'src/cli/options/filter-options.ts',
  'src/cli/start.ts',
];

/** A longer file has more than one job. */
export const MOST_LINES = 300;
