/** The jobs of jobs.ts as messages: what goes to a thread, what comes back, and which buffers move with it. */

import { freeWhole } from '../../memory/free-buffer.ts';
import type { Assignment, Finished, NextJob } from '../../workers/serve.ts';
import { type IndexColumns, indexTransferables } from '../index/index-decoder.ts';
import { DecodeError, type DecodeErrorCode } from './decode-error.ts';
import type { BlobPart } from './decoder.ts';
import {
  assertIsBlob,
  decodeBlobs,
  decodeIndexFile,
  decodeTreeBlob,
  decodeUnpacked,
  openBlob,
} from './jobs.ts';
import type { DecodeTools } from './tools.ts';

/** What comes back for each kind of job. */
export interface JobValues {
  /** Undefined if it lies in memory that was given with the job. */
  readonly blob: Uint8Array<ArrayBuffer> | undefined;
  readonly blobs: readonly (Uint8Array<ArrayBuffer> | undefined)[];
  /** Of a TreeTable. */
  readonly tree: ArrayBuffer;
  readonly index: IndexColumns;
  readonly unpacked: Uint8Array<ArrayBuffer>;
}

export interface BlobJob {
  readonly kind: 'blob';
  /** Moved to the thread, or shared with it: a blob that is not compressed stays in it. */
  readonly sealed: Uint8Array;
  /** Shared memory for one that is compressed, as long as it will be; else it comes back in memory of its own. */
  readonly out?: Uint8Array | undefined;
  /** 64 hex digits. */
  readonly id: string;
  /** 0 for what is not compressed. */
  readonly uncompressedLength: number;
}

/** What is done alone. */
export interface SingleJob {
  readonly kind: Exclude<keyof JobValues, 'blob'>;
  /** Moved to the thread. */
  readonly sealed: Uint8Array<ArrayBuffer>;
  /** As of a blob, or of the file for those that are not in a pack; none for several blobs. */
  readonly id: string;
  readonly uncompressedLength: number;
  /** Of several blobs. */
  readonly parts?: readonly BlobPart[];
}

export type ThreadJob = BlobJob | SingleJob;

/** Errors keep no class on their way between threads, so what is wrong with the data is a result. */
export type Outcome =
  | { readonly value: JobValues[keyof JobValues] }
  | { readonly refused: DecodeErrorCode; readonly message: string };

/** Does all that has arrived. Blobs that are there at the same time are hashed together. */
export function performJobs(tools: DecodeTools, next: NextJob<ThreadJob, Outcome>): void {
  for (;;) {
    const assignment = next();
    if (assignment === undefined) {
      if (!tools.sha256.goOn()) return;
      continue;
    }
    const { job } = assignment;
    if (job.kind === 'blob') beginBlob(tools, job, assignment);
    else {
      // Blobs do not wait for what came after them: a tree may take a second.
      while (tools.sha256.goOn());
      conclude(assignment, () => perform(tools, job));
    }
  }
}

function beginBlob(
  tools: DecodeTools,
  { sealed, out, id, uncompressedLength }: BlobJob,
  assignment: Assignment<ThreadJob, Outcome>,
): void {
  let plain: Uint8Array;
  try {
    plain = openBlob(tools, sealed, uncompressedLength, out);
    if (plain.buffer !== sealed.buffer) freeWhole(sealed);
  } catch (error) {
    refuse(assignment, error);
    return;
  }
  tools.sha256.add(plain, (digest) =>
    conclude(assignment, () => {
      assertIsBlob(id, digest);
      if (!isOwn(plain)) return { result: { value: undefined }, transfer: [] };
      return { result: { value: plain }, transfer: [plain.buffer] };
    }),
  );
}

function conclude(assignment: Assignment<ThreadJob, Outcome>, finish: () => Finished<Outcome>): void {
  try {
    assignment.answer(finish());
  } catch (error) {
    refuse(assignment, error);
  }
}

function refuse(assignment: Assignment<ThreadJob, Outcome>, error: unknown): void {
  if (!(error instanceof DecodeError)) assignment.fail(error);
  else assignment.answer({ result: { refused: error.code, message: error.message }, transfer: [] });
}

function isOwn(bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer;
}

function perform(
  tools: DecodeTools,
  { kind, sealed, id, uncompressedLength, parts = [] }: SingleJob,
): Finished<Outcome> {
  switch (kind) {
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
