/** The jobs of jobs.ts as messages: what goes to a thread, what comes back, and which buffers move with it. */

import type { Finished } from '../../workers/serve.ts';
import { type IndexColumns, indexTransferables } from '../index/index-decoder.ts';
import { DecodeError, type DecodeErrorCode } from './decode-error.ts';
import type { BlobPart } from './decoder.ts';
import { decodeBlob, decodeBlobs, decodeIndexFile, decodeTreeBlob, decodeUnpacked } from './jobs.ts';
import type { DecodeTools } from './tools.ts';

/** What comes back for each kind of job. */
export interface JobValues {
  readonly blob: Uint8Array<ArrayBuffer>;
  readonly blobs: readonly (Uint8Array<ArrayBuffer> | undefined)[];
  /** Of a TreeTable. */
  readonly tree: ArrayBuffer;
  readonly index: IndexColumns;
  readonly unpacked: Uint8Array<ArrayBuffer>;
}

export interface ThreadJob<Kind extends keyof JobValues = keyof JobValues> {
  readonly kind: Kind;
  readonly sealed: Uint8Array<ArrayBuffer>;
  /** 64 hex digits: of the blob, or of the file for those that are not in a pack; none for several blobs. */
  readonly id: string;
  /** 0 for what is not compressed, and for files. */
  readonly uncompressedLength: number;
  /** Of several blobs. */
  readonly parts?: readonly BlobPart[];
}

/** Errors keep no class on their way between threads, so what is wrong with the data is a result. */
export type Outcome =
  | { readonly value: JobValues[keyof JobValues] }
  | { readonly refused: DecodeErrorCode; readonly message: string };

export function performJob(tools: DecodeTools, job: ThreadJob): Finished<Outcome> {
  try {
    return perform(tools, job);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return { result: { refused: error.code, message: error.message }, transfer: [] };
  }
}

function perform(
  tools: DecodeTools,
  { kind, sealed, id, uncompressedLength, parts = [] }: ThreadJob,
): Finished<Outcome> {
  switch (kind) {
    case 'blob': {
      const value = decodeBlob(tools, sealed, id, uncompressedLength);
      return { result: { value }, transfer: [value.buffer] };
    }
    case 'blobs': {
      const value = decodeBlobs(tools, sealed, parts);
      return {
        result: { value },
        transfer: value.flatMap((blob) => (blob === undefined ? [] : [blob.buffer])),
      };
    }
    case 'tree': {
      const value = decodeTreeBlob(tools, sealed, id, uncompressedLength).buffer;
      return { result: { value }, transfer: [value] };
    }
    case 'index': {
      const value = decodeIndexFile(tools, sealed, id);
      return { result: { value }, transfer: indexTransferables(value) };
    }
    case 'unpacked': {
      const value = decodeUnpacked(tools, sealed, id);
      return { result: { value }, transfer: [value.buffer] };
    }
  }
}
