/** Serves a mount from its settings to its end: puts repository, view, driver, command and announcements together. */

import type { MountDriver } from '../../mount/driver.ts';
import type { Ending, SessionOptions } from '../../mount/session.ts';
import type { Repository } from '../../repo/repository.ts';
import { untilAborted } from '../../until-aborted.ts';
import type { CommandContext } from '../context.ts';
import { CommandError } from '../errors.ts';
import { readLocation } from '../options/repository-location.ts';
import { isPromptInput } from '../password/password-prompt.ts';
import { openRepositoryAt } from '../with-repository.ts';
import { Announcer } from './announce/announcer.ts';
import { createMountView, type ShownSnapshots } from './create-view.ts';
import { createDriver } from './driver-choice.ts';
import { checkPosixMountpoint } from './mountpoint/posix.ts';
import { checkWindowsMountpoint } from './mountpoint/windows.ts';
import { runCommand } from './run-command.ts';
import type { MountSettings } from './settings.ts';

export interface MountRequest extends ShownSnapshots {
  /** As it was given. */
  readonly mountpoint: string;
  readonly settings: MountSettings;
}

/** The same, once it is known where. */
interface Placed extends MountRequest {
  /** What the driver is told; see Mountpoint. */
  readonly path: string;
}

const ID_LENGTH_IN_SOURCE = 10;
/** What the system answers from memory is an access that nobody sees: in the idle time it must ask this often. */
const ASKED_WHILE_IDLE = 10;

/** Resolves when nothing of the mount is left. Rejects with what failed; see `runSession`. */
export async function serveMount(request: MountRequest, context: CommandContext): Promise<void> {
  const { config, reporter, stop } = context;
  const location = await readLocation(config.location, stop.first);
  const check = process.platform === 'win32' ? checkWindowsMountpoint : checkPosixMountpoint;
  // It may stand on storage that does not answer.
  const checked = check(request.mountpoint, location, reporter, stop.first);
  const { path, note } = await untilAborted(checked, stop.first);
  if (note) reporter.warn(note);
  const placed = { ...request, path };
  const driver = await createDriver(request.settings, reporter);
  const announcer = await Announcer.create(placed, context);
  try {
    const repository = await openRepositoryAt(location, context, () => announcer.lockRefreshed());
    await serve(placed, repository, driver, announcer, context);
  } finally {
    await announcer.close();
  }
}

async function serve(
  placed: Placed,
  repository: Repository,
  driver: MountDriver,
  announcer: Announcer,
  context: CommandContext,
): Promise<void> {
  const { runSession } = await import('../../mount/session.ts');
  const onLost = () => announcer.lockLost(repository.lost.reason);
  repository.lost.addEventListener('abort', onLost, { once: true });
  const session = sessionOptions(placed, repository, driver, announcer, context);
  const { command } = placed.settings;
  let code: number | undefined;
  const work = async (mountpoint: string, signal: AbortSignal) => {
    const { launcher } = context;
    code = await (launcher === undefined
      ? runMountCommand(command, mountpoint, context, signal)
      : launcher.runCommand(mountpoint, signal));
  };
  let ending: Ending | undefined;
  try {
    ending = await runSession(command === undefined ? session : { ...session, work });
  } catch (error) {
    if (error === repository.lost.reason) ending = 'lock-lost';
    throw error;
  } finally {
    repository.lost.removeEventListener('abort', onLost);
    if (ending !== undefined) announcer.ended(ending);
  }
  if (command !== undefined) context.exitWith(commandOutcome(code, ending, placed, context));
}

function sessionOptions(
  { settings, path, ...shown }: Placed,
  repository: Repository,
  driver: MountDriver,
  announcer: Announcer,
  { reporter, stop }: CommandContext,
): SessionOptions {
  const { allowOther, defaultPermissions, noExec, onLockLoss, idle, source } = settings;
  const caching = idle && { longestCaching: idle.milliseconds / ASKED_WHILE_IDLE };
  const onChange = announcer.snapshotsChanged.bind(announcer);
  return {
    repository,
    createView: (signal) => createMountView(repository, shown, settings, reporter, onChange, signal),
    driver,
    mount: {
      mountpoint: path,
      source: source ?? `snapmount:${repository.id.slice(0, ID_LENGTH_IN_SOURCE)}`,
      allowOther,
      defaultPermissions,
      noExec,
      ...caching,
    },
    stop,
    reporter,
    onLockLoss,
    onReady: (mountpoint) => announcer.ready(mountpoint),
    onEnding: () => announcer.ending(),
    ...(idle && { idleAfter: idle.milliseconds }),
  };
}

/** The command of --exec, as a child of this process. See `runCommand`. */
export function runMountCommand(
  command = '',
  mountpoint: string,
  { config, streams, stop }: CommandContext,
  signal: AbortSignal,
): Promise<number> {
  const withInput = config.password.kind !== 'ask' || isPromptInput(streams.stdin);
  return runCommand({ command, mountpoint, withInput, variables: streams.env }, stop, signal);
}

/** The exit code of a command that ran as it should. Throws for one that did not. */
function commandOutcome(
  code: number | undefined,
  ending: Ending,
  { mountpoint }: Placed,
  { stop }: CommandContext,
): number {
  if (ending === 'unmounted') {
    throw new CommandError(`"${mountpoint}" was unmounted by somebody else while the command ran`);
  }
  // Stopped before it began.
  if (code === undefined) throw stop.first.reason;
  return code;
}
