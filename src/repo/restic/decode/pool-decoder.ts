/**
 * Decodes on a pool of threads, except for what is so small that the hop would cost this thread more than the
 * work. Blobs lie in memory that all threads see; what is read else moves to a thread, and back as what it holds.
 */

import { compiledModule } from '../../../compiled-module.ts';
import { type Memory, ownMemory, partOf } from '../../memory/memory.ts';
import type { Populate } from '../../memory/populate.ts';
import { SharedMemory } from '../../memory/shared-memory.ts';
import type { LaterBytes } from '../../repository.ts';
import { TreeTable } from '../../tree-table.ts';
import { WorkerPool } from '../../workers/pool.ts';
import type { Placement } from '../../workers/task.ts';
import { copyMasterKey, type MasterKey, wipeMasterKey } from '../crypto/master-key.ts';
import { plainPart } from '../crypto/sealed.ts';
import type { IndexColumns } from '../index/index-decoder.ts';
import { DecodeError } from './decode-error.ts';
import type { DecodeWorkerData } from './decode-worker.ts';
import type { BlobPart, Decoder } from './decoder.ts';
import { toHex } from './hex.ts';
import { InlineDecoder } from './inline-decoder.ts';
import { asRepositoryError, nameOfBlob, nameOfFile } from './repository-error.ts';
import type { JobValues, Outcome, ThreadJob } from './thread-jobs.ts';
import { type DecodeTools, describeTools, toolNames } from './tools.ts';
import { blobWork, documentWork, hopWork, laterWork } from './work.ts';

/** Of a folder of some 6,000 entries: ten milliseconds. */
const MOST_WORK_TOGETHER = 16 * 1024 * 1024;

export interface PoolDecoderOptions {
  /** Copied. */
  readonly key: MasterKey;
  /** For what is done on this thread, and by name on the others. Taken over: close() disposes them. */
  readonly tools: DecodeTools;
  /** At most; they start when there is work for them. */
  readonly threads: number;
  /** Room for sealed and plain blobs of all threads. Where there is none, memory moves from thread to thread. */
  readonly sharedBytes: number;
  /** Maps what will soon be used of it. Default: it is mapped as it is used. */
  readonly populate?: Populate | undefined;
  /** Work (see work.ts) that is done on the calling thread. Default: what a hop costs. */
  readonly inlineBelow?: number;
}

export class PoolDecoder implements Decoder {
  readonly description: string;
  readonly #inline: InlineDecoder;
  /** For threads that start later. */
  readonly #key: MasterKey;
  readonly #inlineBelow: number;
  readonly #laterBelow: number;
  readonly #pool: WorkerPool<ThreadJob, Outcome>;
  readonly #shared: SharedMemory;

  constructor({ key, tools, threads, sharedBytes, populate, inlineBelow }: PoolDecoderOptions) {
    const hashing = tools.sha256.implementation === 'lanes' ? ', two blobs at a time' : '';
    this.description = `${describeTools(tools)}${hashing}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
    this.#inline = new InlineDecoder(tools);
    this.#inlineBelow = inlineBelow ?? hopWork(tools.suite.implementation);
    this.#laterBelow = Math.min(this.#inlineBelow, laterWork(tools.suite.implementation));
    this.#key = copyMasterKey(key);
    const workerData: DecodeWorkerData = { key: this.#key, tools: toolNames(tools) };
    this.#pool = new WorkerPool({
      entry: compiledModule('./decode-worker.js', import.meta.url),
      name: 'decoding',
      workerData,
      threads,
    });
    this.#pool.warmUp();
    this.#shared = new SharedMemory(sharedBytes, populate);
  }

  memoryFor(sealedLength: number, uncompressedLength: number): Memory {
    const isForThread = blobWork(sealedLength, uncompressedLength) >= this.#inlineBelow;
    const shared = isForThread ? this.#shared.take(sealedLength) : undefined;
    return shared ?? this.#inline.memoryFor(sealedLength);
  }

  async blob(
    sealed: Memory,
    id: Uint8Array,
    uncompressedLength: number,
    signal: AbortSignal,
  ): Promise<Memory> {
    const { bytes } = sealed;
    if (blobWork(bytes.length, uncompressedLength) < this.#inlineBelow) {
      return this.#inline.blob(sealed, id, uncompressedLength, signal);
    }
    const hex = toHex(id);
    const out = uncompressedLength > 0 ? this.#shared.take(uncompressedLength) : undefined;
    try {
      const job = { kind: 'blob', sealed: bytes, out: out?.bytes, id: hex, uncompressedLength } as const;
      const own = await this.#run(job, nameOfBlob(hex), signal);
      if (own === undefined && out === undefined) return partOf(sealed, plainPart(bytes));
      sealed.free();
      return out ?? ownMemory(own!);
    } catch (error) {
      sealed.free();
      out?.free();
      throw error;
    }
  }

  async blobs(
    sealed: Uint8Array<ArrayBuffer>,
    parts: readonly BlobPart[],
    signal: AbortSignal,
  ): Promise<readonly LaterBytes[]> {
    const work = parts.reduce((sum, part) => sum + blobWork(part.length, part.uncompressedLength), 0);
    if (work < this.#laterBelow * parts.length) return this.#inline.blobs(sealed, parts, signal);
    const job = { kind: 'blobs', sealed, id: '', uncompressedLength: 0, parts } as const;
    const decoded = await this.#run(job, 'Several blobs', signal);
    return decoded.map((bytes) => () => bytes);
  }

  async tree(
    sealed: Uint8Array<ArrayBuffer>,
    id: Uint8Array,
    uncompressedLength: number,
    signal: AbortSignal,
  ): Promise<TreeTable> {
    if (documentWork(sealed.length, uncompressedLength) < this.#inlineBelow) {
      return this.#inline.tree(sealed, id, uncompressedLength, signal);
    }
    const hex = toHex(id);
    const job = { kind: 'tree', sealed, id: hex, uncompressedLength } as const;
    return new TreeTable(await this.#run(job, nameOfBlob(hex), signal));
  }

  async index(sealed: Uint8Array<ArrayBuffer>, fileId: string, signal: AbortSignal): Promise<IndexColumns> {
    const job = { kind: 'index', sealed, id: fileId, uncompressedLength: 0 } as const;
    return this.#run(job, nameOfFile(fileId, 'index'), signal);
  }

  async unpacked(sealed: Uint8Array<ArrayBuffer>, fileId: string, signal: AbortSignal): Promise<Uint8Array> {
    if (blobWork(sealed.length, 0) < this.#inlineBelow) return this.#inline.unpacked(sealed, fileId, signal);
    const job = { kind: 'unpacked', sealed, id: fileId, uncompressedLength: 0 } as const;
    return this.#run(job, nameOfFile(fileId), signal);
  }

  async close(): Promise<void> {
    await this.#pool.close();
    await this.#shared.close();
    wipeMasterKey(this.#key);
    await this.#inline.close();
  }

  /** When it has settled, however it has, no thread uses memory that is shared with it any more. */
  async #run<Kind extends keyof JobValues>(
    job: ThreadJob & { readonly kind: Kind },
    what: string,
    signal: AbortSignal,
  ): Promise<JobValues[Kind]> {
    const sealed = movable(job.sealed);
    const { buffer } = sealed;
    const moving = buffer instanceof ArrayBuffer ? [buffer] : [];
    try {
      const outcome = await this.#pool.run({ ...job, sealed } as ThreadJob, moving, signal, placementOf(job));
      if ('refused' in outcome) throw new DecodeError(outcome.refused, outcome.message);
      // A message has no type of its own: performJobs() answers each kind with its value.
      return outcome.value as JobValues[Kind];
    } catch (error) {
      signal.throwIfAborted();
      throw asRepositoryError(what, error);
    }
  }
}

/** The trees of a walk are many and small; a huge one keeps its thread from all others for up to a second. */
function placementOf({ kind, sealed, uncompressedLength }: ThreadJob): Placement {
  const isSmallTree = kind === 'tree' && documentWork(sealed.length, uncompressedLength) < MOST_WORK_TOGETHER;
  return isSmallTree ? 'together' : 'spread';
}

/** A view of a part cannot move without taking the rest away from whoever has it. What is shared stays. */
function movable(bytes: Uint8Array): Uint8Array {
  const isWhole = bytes.byteLength === bytes.buffer.byteLength;
  return isWhole || bytes.buffer instanceof SharedArrayBuffer ? bytes : new Uint8Array(bytes);
}
