/** From a request to the operation that answers it, and from what it throws to an error number of this system. */

import { constants } from 'node:os';
import { FsError, type FsErrorCode } from '../../errors.ts';
import type { Call } from '../call.ts';
import { getattr, readlink, statfs } from './attributes.ts';
import type { OperationContext } from './context.ts';
import { readdir } from './directories.ts';
import { getxattr, listxattr } from './extended-attributes.ts';
import { open, read, release } from './files.ts';
import type { OperationName, Requests } from './requests.ts';

type Operation<Name extends OperationName> = (
  context: OperationContext,
  call: Call,
  ...details: Requests[Name]
) => Promise<void> | void;

/** macOS's ENOATTR, which Node does not name. */
const NO_ATTRIBUTE_ON_MACOS = 93;

const OPERATIONS: { readonly [Name in OperationName]: Operation<Name> } = {
  getattr,
  fgetattr: (context, call, path) => getattr(context, call, path),
  readlink,
  statfs,
  open,
  read,
  release,
  readdir,
  getxattr,
  listxattr,
  // The kernel keeps these back from a mount that is read-only, unless somebody mounts it anew.
  create: refuse,
  write: refuse,
  setxattr: refuse,
  removexattr: refuse,
  truncate: refuse,
  ftruncate: refuse,
  utimens: refuse,
  chown: refuse,
  chmod: refuse,
  mknod: refuse,
  unlink: refuse,
  rename: refuse,
  link: refuse,
  symlink: refuse,
  mkdir: refuse,
  rmdir: refuse,
};

/** Answers the request, whatever happens. Never rejects. */
export async function answer<Name extends OperationName>(
  name: Name,
  context: OperationContext,
  call: Call,
  details: Requests[Name],
): Promise<void> {
  try {
    await OPERATIONS[name](context, call, ...details);
    if (!call.answered) throw new Error('It was not answered');
  } catch (problem) {
    // What an aborted operation rejects with has been answered.
    if (call.aborted) return;
    if (!(problem instanceof FsError)) reportUnexpected(name, context, problem);
    call.fail(errnoOf(problem, context.platform));
  }
}

function refuse(): never {
  throw new FsError('EROFS');
}

function errnoOf(problem: unknown, platform: string): number {
  return problem instanceof FsError ? numberOf(problem.code, platform) : constants.errno.EIO;
}

/** Pure. */
export function numberOf(code: FsErrorCode, platform: string): number {
  if (code === 'ENODATA' && platform === 'darwin') return NO_ATTRIBUTE_ON_MACOS;
  return constants.errno[code];
}

function reportUnexpected(name: string, { reporter }: OperationContext, problem: unknown): void {
  const text = problem instanceof Error ? problem.message : String(problem);
  reporter.warn(`Unexpected failure while answering "${name}": ${text}`);
}
