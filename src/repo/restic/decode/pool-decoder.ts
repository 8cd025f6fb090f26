/**
 * Decodes on a pool of threads, except for what is so small that the hop would cost this thread more than the
 * work. The bytes move there and back; nothing is copied.
 */

import { compiledModule } from '../../../compiled-module.ts';
import type { LaterBytes } from '../../repository.ts';
import { TreeTable } from '../../tree-table.ts';
import { WorkerPool } from '../../workers/pool.ts';
import { copyMasterKey, type MasterKey, wipeMasterKey } from '../crypto/master-key.ts';
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

export interface PoolDecoderOptions {
  /** Copied. */
  readonly key: MasterKey;
  /** For what is done on this thread, and by name on the others. Taken over: close() disposes them. */
  readonly tools: DecodeTools;
  /** At most; they start when there is work for them. */
  readonly threads: number;
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

  constructor({ key, tools, threads, inlineBelow }: PoolDecoderOptions) {
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
  }

  async blob(
    sealed: Uint8Array<ArrayBuffer>,
    id: Uint8Array,
    uncompressedLength: number,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    if (blobWork(sealed.length, uncompressedLength) < this.#inlineBelow) {
      return this.#inline.blob(sealed, id, uncompressedLength, signal);
    }
    const hex = toHex(id);
    return this.#run({ kind: 'blob', sealed, id: hex, uncompressedLength }, nameOfBlob(hex), signal);
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
    wipeMasterKey(this.#key);
    await this.#inline.close();
  }

  async #run<Kind extends keyof JobValues>(
    job: ThreadJob<Kind>,
    what: string,
    signal: AbortSignal,
  ): Promise<JobValues[Kind]> {
    const sealed = movable(job.sealed);
    try {
      const outcome = await this.#pool.run({ ...job, sealed }, [sealed.buffer], signal);
      if ('refused' in outcome) throw new DecodeError(outcome.refused, outcome.message);
      // A message has no type of its own: performJobs() answers each kind with its value.
      return outcome.value as JobValues[Kind];
    } catch (error) {
      signal.throwIfAborted();
      throw asRepositoryError(what, error);
    }
  }
}

/** A view of a part cannot move without taking the rest away from whoever has it. */
function movable(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);
}
