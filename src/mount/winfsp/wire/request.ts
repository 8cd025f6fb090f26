/** FSP_FSCTL_TRANSACT_REQ: bytes from WinFsp -> a typed request that keeps nothing of them. Pure. */

import { CreateFlag, QueryDirectoryFlag, RequestKind } from './constants.ts';
import { NtStatus, StatusError } from './nt-status.ts';
import { readUtf16 } from './utf16.ts';

/** Bytes before names and buffers, whose offsets count from here. */
export const REQUEST_HEADER_BYTES = 88;
/** Longest that a request can be, names and all. */
export const MAX_REQUEST_BYTES = 16_320;

/** What every request has, whatever it is. `hint` is its number, to be repeated in the response. */
export interface RequestHeader {
  readonly size: number;
  readonly kind: number;
  readonly hint: bigint;
}

export interface CreateRequest {
  readonly kind: 'create';
  /** From the root of the volume: `\folder\file`; may end in `:stream`. */
  readonly name: string;
  readonly disposition: number;
  /** CreateOption bits. */
  readonly options: number;
  /** An access token of the one who asks: a handle in this process, until the request is answered. */
  readonly token: number;
  /** The number of the process that asks; 0 if the system does not say. */
  readonly process: number;
  readonly desiredAccess: number;
  /** What was granted before, for rights that need no check. */
  readonly grantedAccess: number;
  readonly isUserMode: boolean;
  readonly opensTargetDirectory: boolean;
  readonly isCaseSensitive: boolean;
  readonly hasTrailingBackslash: boolean;
}

export interface ReadRequest {
  readonly kind: 'read';
  readonly handle: number;
  /** Of the reader's buffer, mapped into this process until the request is answered. */
  readonly address: bigint;
  readonly offset: number;
  readonly length: number;
}

export interface QueryDirectoryRequest {
  readonly kind: 'query-directory';
  readonly handle: number;
  readonly address: bigint;
  readonly length: number;
  /** An exact name if `isPatternName`. */
  readonly pattern: string | undefined;
  readonly isPatternName: boolean;
  readonly isCaseSensitive: boolean;
  /** The last name that the reader has got; undefined at the start. */
  readonly marker: string | undefined;
}

export interface FileSystemControlRequest {
  readonly kind: 'file-system-control';
  readonly handle: number;
  readonly code: number;
}

/** What needs nothing but the open file that it is about. */
export interface HandleRequest {
  readonly kind:
    | 'cleanup'
    | 'close'
    | 'query-information'
    | 'query-ea'
    | 'query-security'
    | 'query-streams'
    /** `handle` is 0 for the whole volume. */
    | 'flush';
  readonly handle: number;
}

export interface PlainRequest {
  readonly kind:
    | 'query-volume'
    /** Whatever would change something. */
    | 'change'
    /** Whatever a read-only volume has no answer to. */
    | 'unsupported';
}

export type Request =
  | CreateRequest
  | ReadRequest
  | QueryDirectoryRequest
  | FileSystemControlRequest
  | HandleRequest
  | PlainRequest;

export type RequestOf<Kind extends Request['kind']> = Extract<Request, { readonly kind: Kind }>;

/** Throws RangeError for fewer than 16 bytes: WinFsp gives no request without a header. */
export function decodeHeader(bytes: Uint8Array): RequestHeader {
  const view = viewOf(bytes);
  return { size: view.getUint16(2, true), kind: view.getUint32(4, true), hint: view.getBigUint64(8, true) };
}

/** Throws StatusError InvalidParameter for one that is not whole. */
export function decodeRequest(bytes: Uint8Array): Request {
  if (bytes.length < REQUEST_HEADER_BYTES) throw broken(`${bytes.length} bytes`);
  const view = viewOf(bytes);
  switch (view.getUint32(4, true)) {
    case RequestKind.Create:
      return decodeCreate(bytes, view);
    case RequestKind.Cleanup:
      return { kind: 'cleanup', handle: handleOf(view) };
    case RequestKind.Close:
      return { kind: 'close', handle: handleOf(view) };
    case RequestKind.Read:
      return decodeRead(view);
    case RequestKind.QueryInformation:
      return { kind: 'query-information', handle: handleOf(view) };
    case RequestKind.QueryEa:
      return { kind: 'query-ea', handle: handleOf(view) };
    case RequestKind.FlushBuffers:
      return { kind: 'flush', handle: handleOf(view) };
    case RequestKind.QueryVolumeInformation:
      return { kind: 'query-volume' };
    case RequestKind.QueryDirectory:
      return decodeQueryDirectory(bytes, view);
    case RequestKind.FileSystemControl:
      return { kind: 'file-system-control', handle: handleOf(view), code: view.getUint32(32, true) };
    case RequestKind.QuerySecurity:
      return { kind: 'query-security', handle: handleOf(view) };
    case RequestKind.QueryStreamInformation:
      return { kind: 'query-streams', handle: handleOf(view) };
    case RequestKind.Overwrite:
    case RequestKind.Write:
    case RequestKind.SetInformation:
    case RequestKind.SetEa:
    case RequestKind.SetVolumeInformation:
    case RequestKind.SetSecurity:
      return { kind: 'change' };
    default:
      return { kind: 'unsupported' };
  }
}

function decodeCreate(bytes: Uint8Array, view: DataView): CreateRequest {
  const word = view.getUint32(16, true);
  const flags = view.getUint32(64, true);
  return {
    kind: 'create',
    name: textAt(bytes, view, 80) ?? '',
    disposition: word >>> 24,
    options: word & 0xff_ffff,
    token: view.getUint32(40, true),
    process: view.getUint32(44, true),
    desiredAccess: view.getUint32(48, true),
    grantedAccess: view.getUint32(52, true),
    isUserMode: (flags & CreateFlag.UserMode) !== 0,
    opensTargetDirectory: (flags & CreateFlag.OpenTargetDirectory) !== 0,
    isCaseSensitive: (flags & CreateFlag.CaseSensitive) !== 0,
    hasTrailingBackslash: (flags & CreateFlag.HasTrailingBackslash) !== 0,
  };
}

function decodeRead(view: DataView): ReadRequest {
  return {
    kind: 'read',
    handle: handleOf(view),
    address: view.getBigUint64(32, true),
    offset: Number(view.getBigUint64(40, true)),
    length: view.getUint32(48, true),
  };
}

function decodeQueryDirectory(bytes: Uint8Array, view: DataView): QueryDirectoryRequest {
  const flags = view.getUint32(52, true);
  return {
    kind: 'query-directory',
    handle: handleOf(view),
    address: view.getBigUint64(32, true),
    length: view.getUint32(40, true),
    pattern: textAt(bytes, view, 44),
    isPatternName: (flags & QueryDirectoryFlag.PatternIsFileName) !== 0,
    isCaseSensitive: (flags & QueryDirectoryFlag.CaseSensitive) !== 0,
    marker: textAt(bytes, view, 48),
  };
}

/** UserContext2, as we gave it when the file was opened; larger than any that we give if it is not. */
function handleOf(view: DataView): number {
  return Number(view.getBigUint64(24, true));
}

/** `at` is where offset and size of the text stand; the size counts a NUL at its end. Undefined for a size of 0. */
function textAt(bytes: Uint8Array, view: DataView, at: number): string | undefined {
  const size = view.getUint16(at + 2, true);
  if (size === 0) return undefined;
  const start = REQUEST_HEADER_BYTES + view.getUint16(at, true);
  if (size % 2 !== 0 || start + size > bytes.length) {
    throw broken(`a name of ${size} bytes at byte ${start} of ${bytes.length}`);
  }
  const text = readUtf16(bytes, start, start + size);
  return text.endsWith('\0') ? text.slice(0, -1) : text;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function broken(what: string): StatusError {
  return new StatusError(NtStatus.InvalidParameter, `A request of WinFsp is not whole: ${what}`);
}
