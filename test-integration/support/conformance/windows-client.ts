/**
 * The conformance suite's client of a volume of Windows: asks what Windows' kernel does for programs. A status counts as
 * the error of POSIX that says the same.
 */

import {
  StatusFailure,
  statusOf,
  type VolumeClient,
} from '../../../src/mount/winfsp/testing/volume-client.ts';
import {
  AccessRight,
  ControlCode,
  CreateOption,
  Disposition,
  FileAttribute,
  RequestKind,
} from '../../../src/mount/winfsp/wire/constants.ts';
import { formatStatus, isFailure, NtStatus } from '../../../src/mount/winfsp/wire/nt-status.ts';
import { decodeReparseBuffer } from '../../../src/reparse/reparse-buffer.ts';
import type { Change, HeldFile, MountClient, SeenNode } from './client.ts';

const CODES: Readonly<Record<number, string>> = {
  [NtStatus.ObjectNameNotFound]: 'ENOENT',
  [NtStatus.ObjectPathNotFound]: 'ENOENT',
  [NtStatus.NotADirectory]: 'ENOTDIR',
  [NtStatus.NotAReparsePoint]: 'EINVAL',
  [NtStatus.IoDeviceError]: 'EIO',
  [NtStatus.MediaWriteProtected]: 'EROFS',
};

/** The largest read that Windows' cache manager makes. */
const READ_BYTES = 1024 * 1024;
const SYMLINK_TAG = 0xa000_000c;
/** Milliseconds from 1601, where a FILETIME begins, to 1970. */
const EPOCH = 11_644_473_600_000n;

/** Each of `programs` does one thing after the other. `close` disconnects them. */
export function windowsClient(programs: readonly VolumeClient[], close: () => void): MountClient {
  let last = 0;
  const ask = async <Result>(work: (program: VolumeClient) => Promise<Result>): Promise<Result> => {
    last = (last + 1) % programs.length;
    return work(programs[last]!).catch((problem: unknown) => {
      if (!(problem instanceof StatusFailure)) throw problem;
      const code = CODES[problem.status] ?? formatStatus(problem.status);
      throw Object.assign(new Error(code, { cause: problem }), { code });
    });
  };
  return {
    list: (path) => ask((program) => list(program, path)),
    stat: (path) => ask((program) => stat(program, path)),
    read: (path, offset, length) => ask((program) => read(program, path, offset, length)),
    open: (path) => ask((program) => hold(program, path)),
    target: (path) => ask((program) => target(program, path)),
    change: (change, path) => ask((program) => CHANGES[change](program, volumePath(path))),
    close: async () => close(),
  };
}

async function list(program: VolumeClient, path: string): Promise<string[]> {
  const listed = await program.list(volumePath(path));
  return listed.map(({ name }) => name).filter((name) => name !== '.' && name !== '..');
}

async function stat(program: VolumeClient, path: string): Promise<SeenNode> {
  const { handle, info } = await program.open(volumePath(path), { options: CreateOption.OpenReparsePoint });
  await program.close(handle);
  return {
    kind: kindOf(info.attributes, info.reparseTag),
    size: info.size,
    modified: Number(info.writeTime / 10_000n - EPOCH),
  };
}

function kindOf(attributes: number, tag: number): SeenNode['kind'] {
  if (tag !== 0) return tag === SYMLINK_TAG ? 'link' : 'other';
  return (attributes & FileAttribute.Directory) === 0 ? 'file' : 'folder';
}

async function read(program: VolumeClient, path: string, offset: number, length: number): Promise<Buffer> {
  const { handle } = await program.open(volumePath(path), { options: CreateOption.NonDirectoryFile });
  try {
    return await readHandle(program, handle, offset, length);
  } finally {
    await program.close(handle);
  }
}

async function readHandle(
  program: VolumeClient,
  handle: bigint,
  offset: number,
  length: number,
): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for (let at = 0; at < length; at += READ_BYTES) {
    pieces.push(await program.read(handle, offset + at, Math.min(READ_BYTES, length - at)));
  }
  return Buffer.concat(pieces);
}

/** What Windows asks behind the last handle's end, Close, comes whenever it likes: perhaps when the mount has ended. */
async function hold(program: VolumeClient, path: string): Promise<HeldFile> {
  const { handle } = await program.open(volumePath(path), { options: CreateOption.NonDirectoryFile });
  return {
    read: (offset, length) => readHandle(program, handle, offset, length),
    close: () => program.letGo(handle),
  };
}

async function target(program: VolumeClient, path: string): Promise<string> {
  const point = decodeReparseBuffer(await program.reparsePoint(volumePath(path)));
  if (point.kind !== 'symlink') throw new Error(`"${path}" is no symbolic link: ${point.kind}`);
  return point.substituteName.replaceAll('\\', '/');
}

type Changing = (program: VolumeClient, path: string) => Promise<void>;

/** FILE_INFORMATION_CLASS values of wdm.h. */
const BASIC_INFORMATION = 4;
const RENAME_INFORMATION = 10;
const LINK_INFORMATION = 11;

/** As Windows does each: by an opening that means to, or by a request that should never come after it. */
const CHANGES: Readonly<Record<Change, Changing>> = {
  'open for writing': opening({ access: AccessRight.WriteData }),
  create: opening({ disposition: Disposition.Create }, '-new'),
  truncate: opening({ disposition: Disposition.Overwrite }),
  mkdir: opening({ disposition: Disposition.Create, options: CreateOption.DirectoryFile }, '-new'),
  rmdir: opening({ access: AccessRight.Delete, options: CreateOption.DirectoryFile }),
  unlink: opening({ options: CreateOption.DeleteOnClose }),
  rename: asking(RequestKind.SetInformation, RENAME_INFORMATION),
  link: asking(RequestKind.SetInformation, LINK_INFORMATION),
  symlink: asking(RequestKind.FileSystemControl, ControlCode.SetReparsePoint),
  chmod: asking(RequestKind.SetInformation, BASIC_INFORMATION),
  chown: asking(RequestKind.SetSecurity, 0),
  utimes: opening({ access: AccessRight.WriteAttributes }),
};

function opening(how: Parameters<VolumeClient['open']>[1], ending = ''): Changing {
  return async (program, path) => {
    const { handle } = await program.open(path + ending, how);
    await program.close(handle);
  };
}

/** Of a file that was opened for reading. `what`: the class of information, or the control code. */
function asking(kind: number, what: number): Changing {
  return async (program, path) => {
    const { handle } = await program.open(path);
    const { response } = await program.ask(kind, (request) => {
      request.writeBigUInt64LE(handle, 24);
      request.writeUInt32LE(what, 32);
    });
    await program.close(handle);
    const status = statusOf(response);
    if (isFailure(status)) throw new StatusFailure(status, `kind ${kind}`);
  };
}

/** `a/b` -> `\a\b`. */
function volumePath(path: string): string {
  return `\\${path.replaceAll('/', '\\')}`;
}
