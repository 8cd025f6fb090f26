/** From a request to the operation that answers it, and from what it throws to an error number. */

import { FsError, type FsErrorCode } from '../../errors.ts';
import type { Call } from '../call.ts';
import { Errno, Opcode } from '../constants.ts';
import { WireError } from '../wire/cursor.ts';
import type { Request } from '../wire/request.ts';
import { getattr, lookup, readlink, statfs, statx } from './attributes.ts';
import type { OperationContext } from './context.ts';
import { opendir, readdir, readdirplus, releasedir } from './directories.ts';
import { getxattr, listxattr } from './extended-attributes.ts';
import { lseek, open, read } from './files.ts';

/** The opcodes that change something. The kernel keeps most of them back from a read-only mount. */
const MUTATING: ReadonlySet<number> = new Set([
  Opcode.SetAttr,
  Opcode.SymLink,
  Opcode.MkNod,
  Opcode.MkDir,
  Opcode.Unlink,
  Opcode.RmDir,
  Opcode.Rename,
  Opcode.Link,
  Opcode.Write,
  Opcode.SetXattr,
  Opcode.RemoveXattr,
  Opcode.Create,
  Opcode.FAllocate,
  Opcode.Rename2,
  Opcode.CopyFileRange,
  Opcode.TmpFile,
]);

/** Answers the request, whatever happens. Never rejects, unless the kernel does not accept an error either. */
export async function answer(context: OperationContext, request: Request, call: Call): Promise<void> {
  try {
    await perform(context, request, call);
  } catch (problem) {
    // What an aborted operation rejects with has been answered, unless it was just being answered, in vain.
    if (call.aborted && call.answered) return;
    if (call.answered) reportUnexpected(context, request, problem);
    else call.fail(errnoOf(problem, context, request));
  }
}

function perform(context: OperationContext, request: Request, call: Call): Promise<void> | void {
  switch (request.kind) {
    case 'lookup':
      return lookup(context, request, call);
    case 'getattr':
      return getattr(context, request, call);
    case 'statx':
      return statx(context, request, call);
    case 'readlink':
      return readlink(context, request, call);
    case 'statfs':
      return statfs(context, call);
    case 'open':
      return open();
    case 'read':
      return read(context, request, call);
    case 'lseek':
      return lseek(context, request, call);
    case 'opendir':
      return opendir(context, request, call);
    case 'readdir':
      return readdir(context, request, call);
    case 'readdirplus':
      return readdirplus(context, request, call);
    case 'releasedir':
      return releasedir(context, request, call);
    case 'getxattr':
      return getxattr(context, request, call);
    case 'listxattr':
      return listxattr(context, request, call);
    default:
      refuse(request, call);
  }
}

/**
 * ENOSYS is more than a refusal: for ACCESS, FLUSH, FSYNC, FSYNCDIR, POLL and BMAP the kernel then does what
 * is right for a read-only file system by itself, and does not ask again.
 */
function refuse(request: Request, call: Call): void {
  if (request.kind === 'destroy') call.succeed();
  else if (MUTATING.has(request.opcode)) call.fail(Errno.EROFS);
  else if (request.opcode === Opcode.Ioctl) call.fail(Errno.ENOTTY);
  else call.fail(Errno.ENOSYS);
}

function errnoOf(problem: unknown, context: OperationContext, request: Request): number {
  if (problem instanceof FsError) return ERRNO_OF_CODE[problem.code];
  if (problem instanceof WireError) return Errno.EINVAL;
  reportUnexpected(context, request, problem);
  return Errno.EIO;
}

function reportUnexpected(context: OperationContext, request: Request, problem: unknown): void {
  const text = problem instanceof Error ? problem.message : String(problem);
  context.reporter.warn(
    `Unexpected failure while answering "${request.kind}" (opcode ${request.opcode}): ${text}`,
  );
}

const ERRNO_OF_CODE: Readonly<Record<FsErrorCode, number>> = {
  EACCES: Errno.EACCES,
  EINTR: Errno.EINTR,
  EINVAL: Errno.EINVAL,
  EIO: Errno.EIO,
  EISDIR: Errno.EISDIR,
  ENODATA: Errno.ENODATA,
  ENOENT: Errno.ENOENT,
  ENOSYS: Errno.ENOSYS,
  ENOTDIR: Errno.ENOTDIR,
  ENXIO: Errno.ENXIO,
  EOPNOTSUPP: Errno.EOPNOTSUPP,
  ERANGE: Errno.ERANGE,
  EROFS: Errno.EROFS,
  ESTALE: Errno.ESTALE,
};
