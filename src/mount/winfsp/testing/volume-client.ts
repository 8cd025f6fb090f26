/**
 * What Windows' kernel and a program on top of it ask of a volume, as requests in bytes: made by the layout alone, and
 * by nothing of what decodes them. Runs over whatever carries requests to a driver.
 */

import { CreateOption, Disposition, QueryDirectoryFlag, RequestKind } from '../wire/constants.ts';
import { formatStatus, isFailure, NtStatus } from '../wire/nt-status.ts';

export interface VolumeDevice {
  /** `room` bytes are mapped for the answer; the device fills in hint and address. */
  transact(request: Buffer, room: number): Promise<Answer>;
}

export interface Answer {
  /** All of the response; at least 128 bytes. */
  readonly response: Buffer;
  /** What was written into the room. */
  readonly data: Buffer;
}

export interface Info {
  readonly attributes: number;
  readonly reparseTag: number;
  readonly allocationSize: number;
  readonly size: number;
  readonly creationTime: bigint;
  readonly accessTime: bigint;
  readonly writeTime: bigint;
  readonly changeTime: bigint;
  readonly index: bigint;
}

export interface OpenOptions {
  readonly disposition?: number;
  readonly options?: number;
  readonly access?: number;
  readonly flags?: number;
  /** Of whoever asks; 0 for the mounting user's own. */
  readonly token?: number;
  /** The number of the process that asks. */
  readonly process?: number;
}

export interface OpenedFile {
  readonly handle: bigint;
  readonly granted: number;
  readonly info: Info;
  /** As it is stored, if the driver said so. */
  readonly name: string | undefined;
}

export interface Reparsed {
  /** 0: `buffer` is a path; else the tag of a reparse point. */
  readonly tag: number;
  readonly buffer: Buffer;
}

export interface ListedEntry {
  readonly name: string;
  readonly info: Info;
}

export class StatusFailure extends Error {
  readonly status: number;

  constructor(status: number, what: string) {
    super(`${what}: ${formatStatus(status)}`);
    this.status = status;
  }
}

const HEADER = 88;
const DATA = 128;
const READ_ACCESS = 0x12_0089;
const USER_MODE = 1;
const LISTING_ROOM = 64 * 1024;
/** As Windows' I/O manager has it. */
const MOST_REPARSES = 63;

export class VolumeClient {
  readonly #device: VolumeDevice;

  constructor(device: VolumeDevice) {
    this.#device = device;
  }

  /** Any kind with any body, as it is: `body` goes to offset 16, `texts` behind the header. */
  async ask(kind: number, body: (request: Buffer) => void = () => {}, room = 0, names = 0): Promise<Answer> {
    const request = Buffer.alloc(HEADER + names);
    request.writeUInt32LE(kind, 4);
    body(request);
    request.writeUInt16LE(request.length, 2);
    return this.#device.transact(request, room);
  }

  /** One opening, without going on where a link leads. */
  async create(path: string, how: OpenOptions = {}): Promise<OpenedFile | Reparsed> {
    const name = Buffer.from(`${path}\0`, 'utf16le');
    const {
      disposition = Disposition.Open,
      options = 0,
      access = READ_ACCESS,
      flags = USER_MODE,
      token = 0,
      process = 0,
    } = how;
    const { response } = await this.ask(
      RequestKind.Create,
      (request) => {
        request.writeUInt32LE(((disposition << 24) | options) >>> 0, 16);
        request.writeUInt32LE(token, 40);
        request.writeUInt32LE(process, 44);
        request.writeUInt32LE(access, 48);
        request.writeUInt32LE(flags, 64);
        request.writeUInt16LE(name.length, 82);
        name.copy(request, HEADER);
      },
      0,
      name.length,
    );
    const status = statusOf(response);
    if (status === NtStatus.Reparse) return { tag: response.readUInt32LE(16), buffer: bufferOf(response) };
    if (isFailure(status)) throw new StatusFailure(status, `create ${path}`);
    const nameBytes = response.readUInt16LE(122);
    return {
      handle: response.readBigUInt64LE(32),
      granted: response.readUInt32LE(40),
      info: readInfo(response, 48),
      name: nameBytes === 0 ? undefined : response.toString('utf16le', DATA, DATA + nameBytes),
    };
  }

  /** Goes on where links within the volume lead, as Windows does. */
  async open(path: string, how: OpenOptions = {}): Promise<OpenedFile> {
    let at = path;
    for (let count = 0; count <= MOST_REPARSES; count++) {
      const opened = await this.create(at, how);
      if ('handle' in opened) return opened;
      at = volumePath(opened);
    }
    throw new StatusFailure(NtStatus.ReparsePointNotResolved, `open ${path}`);
  }

  async close(handle: bigint): Promise<void> {
    await this.letGo(handle);
    await this.#onHandle(RequestKind.Close, handle);
  }

  /** A program closes its last handle, and Windows keeps what it has in memory of the file. */
  async letGo(handle: bigint): Promise<void> {
    await this.#onHandle(RequestKind.Cleanup, handle);
  }

  /** Fewer bytes at the end of the file, none at or behind it. */
  async read(handle: bigint, offset: number, length: number): Promise<Buffer> {
    const { response, data } = await this.ask(
      RequestKind.Read,
      (request) => {
        request.writeBigUInt64LE(handle, 24);
        request.writeBigUInt64LE(BigInt(offset), 40);
        request.writeUInt32LE(length, 48);
      },
      length,
    );
    const status = statusOf(response);
    if (status === NtStatus.EndOfFile) return Buffer.alloc(0);
    if (isFailure(status)) throw new StatusFailure(status, `read at ${offset}`);
    return data.subarray(0, response.readUInt32LE(16));
  }

  async readFile(path: string, piece = 64 * 1024): Promise<Buffer> {
    const { handle, info } = await this.open(path);
    const pieces: Buffer[] = [];
    try {
      for (let at = 0; at < info.size; at += piece) pieces.push(await this.read(handle, at, piece));
    } finally {
      await this.close(handle);
    }
    return Buffer.concat(pieces);
  }

  async information(handle: bigint): Promise<Info> {
    return readInfo(await this.#onHandle(RequestKind.QueryInformation, handle), 24);
  }

  /** All names, `.` and `..` too. `room` bounds each piece. */
  async list(path: string, room = LISTING_ROOM): Promise<ListedEntry[]> {
    const { handle } = await this.open(path, { options: CreateOption.DirectoryFile });
    try {
      const all: ListedEntry[] = [];
      for (;;) {
        const { entries, isEnd } = await this.piece(handle, { marker: all.at(-1)?.name, room });
        all.push(...entries);
        if (isEnd || entries.length === 0) return all;
      }
    } finally {
      await this.close(handle);
    }
  }

  /** One query of a folder. */
  async piece(
    handle: bigint,
    ask: { marker?: string | undefined; name?: string; room?: number } = {},
  ): Promise<{ entries: ListedEntry[]; isEnd: boolean }> {
    const { marker, name, room = LISTING_ROOM } = ask;
    const nameBytes = name === undefined ? Buffer.alloc(0) : Buffer.from(`${name}\0`, 'utf16le');
    const markerBytes = marker === undefined ? Buffer.alloc(0) : Buffer.from(`${marker}\0`, 'utf16le');
    const { response, data } = await this.ask(
      RequestKind.QueryDirectory,
      (request) => {
        request.writeBigUInt64LE(handle, 24);
        request.writeUInt32LE(room, 40);
        request.writeUInt16LE(nameBytes.length, 46);
        request.writeUInt16LE(nameBytes.length, 48);
        request.writeUInt16LE(markerBytes.length, 50);
        request.writeUInt32LE(name === undefined ? 0 : QueryDirectoryFlag.PatternIsFileName, 52);
        nameBytes.copy(request, HEADER);
        markerBytes.copy(request, HEADER + nameBytes.length);
      },
      room,
      nameBytes.length + markerBytes.length,
    );
    check(response, 'list');
    return readRecords(data.subarray(0, response.readUInt32LE(16)));
  }

  /** The bytes of a reparse point, as FSCTL_GET_REPARSE_POINT gives them. */
  async reparsePoint(path: string): Promise<Buffer> {
    const opened = await this.open(path, { options: 0x20_0000 });
    try {
      const { response } = await this.ask(RequestKind.FileSystemControl, (request) => {
        request.writeBigUInt64LE(opened.handle, 24);
        request.writeUInt32LE(0x9_00a8, 32);
      });
      check(response, `reparse point of ${path}`);
      return bufferOf(response);
    } finally {
      await this.close(opened.handle);
    }
  }

  async security(handle: bigint): Promise<Buffer> {
    return bufferOf(await this.#onHandle(RequestKind.QuerySecurity, handle));
  }

  /** Names and sizes. */
  async streams(handle: bigint): Promise<[name: string, size: number][]> {
    const data = bufferOf(await this.#onHandle(RequestKind.QueryStreamInformation, handle));
    const found: [string, number][] = [];
    for (let at = 0; at + 2 <= data.length; ) {
      const size = data.readUInt16LE(at);
      found.push([data.toString('utf16le', at + 24, at + size), Number(data.readBigUInt64LE(at + 8))]);
      at += Math.ceil(size / 8) * 8;
    }
    return found;
  }

  async volume(): Promise<{ total: number; free: number; label: string }> {
    const { response } = await this.ask(RequestKind.QueryVolumeInformation);
    check(response, 'volume');
    return {
      total: Number(response.readBigUInt64LE(24)),
      free: Number(response.readBigUInt64LE(32)),
      label: response.toString('utf16le', 42, 42 + response.readUInt16LE(40)),
    };
  }

  async #onHandle(kind: number, handle: bigint): Promise<Buffer> {
    const { response } = await this.ask(kind, (request) => request.writeBigUInt64LE(handle, 24));
    check(response, `kind ${kind}`);
    return response;
  }
}

/** Unsigned. */
export function statusOf(response: Buffer): number {
  return response.readUInt32LE(20);
}

/** The path on this volume that a create was led to; fails for one that leads out of it. */
export function volumePath({ tag, buffer }: Reparsed): string {
  const isRelative = tag === 0xa000_000c && (buffer.readUInt32LE(16) & 1) !== 0;
  if (!isRelative) throw new Error(`Led out of the volume with tag ${tag.toString(16)}`);
  const start = 20 + buffer.readUInt16LE(8);
  return buffer.toString('utf16le', start, start + buffer.readUInt16LE(10));
}

function check(response: Buffer, what: string): void {
  const status = statusOf(response);
  if (isFailure(status)) throw new StatusFailure(status, what);
}

function bufferOf(response: Buffer): Buffer {
  const start = DATA + response.readUInt16LE(24);
  return response.subarray(start, start + response.readUInt16LE(26));
}

function readRecords(data: Buffer): { entries: ListedEntry[]; isEnd: boolean } {
  const entries: ListedEntry[] = [];
  for (let at = 0; at + 2 <= data.length; ) {
    const size = data.readUInt16LE(at);
    if (size === 0) return { entries, isEnd: true };
    entries.push({ name: data.toString('utf16le', at + 104, at + size), info: readInfo(data, at + 8) });
    at += Math.ceil(size / 8) * 8;
  }
  return { entries, isEnd: false };
}

function readInfo(bytes: Buffer, at: number): Info {
  return {
    attributes: bytes.readUInt32LE(at),
    reparseTag: bytes.readUInt32LE(at + 4),
    allocationSize: Number(bytes.readBigUInt64LE(at + 8)),
    size: Number(bytes.readBigUInt64LE(at + 16)),
    creationTime: bytes.readBigUInt64LE(at + 24),
    accessTime: bytes.readBigUInt64LE(at + 32),
    writeTime: bytes.readBigUInt64LE(at + 40),
    changeTime: bytes.readBigUInt64LE(at + 48),
    index: bytes.readBigUInt64LE(at + 56),
  };
}
