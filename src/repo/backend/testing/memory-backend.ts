/** A backend in memory for tests, which can be told to fail, to hang or to be slow. */

import type { Backend, FileKind, FileName } from '../backend.ts';
import { BackendError, describeFile } from '../errors.ts';

export type Operation = 'list' | 'read' | 'write' | 'remove';

export class MemoryBackend implements Backend {
  readonly location = 'memory';
  readonly listingLifetime = 0;
  readonly files = new Map<string, Uint8Array>();
  /** Every call, as `read lock/abc...`. */
  readonly calls: string[] = [];
  /** Asked before each operation: may wait or throw. */
  before: (operation: Operation, kind: FileKind, name: string) => Promise<void> = async () => undefined;

  async list(kind: Exclude<FileKind, 'config'>, signal: AbortSignal): Promise<string[]> {
    await this.#enter('list', { kind, name: '' }, signal);
    const prefix = `${kind}/`;
    return [...this.files.keys()]
      .filter((key) => key.startsWith(prefix))
      .map((key) => key.slice(prefix.length));
  }

  async read(file: FileName, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    await this.#enter('read', file, signal);
    return new Uint8Array(this.#content(file));
  }

  async readInto(file: FileName, offset: number, into: Uint8Array, signal: AbortSignal): Promise<void> {
    await this.#enter('read', file, signal);
    const part = this.#content(file).subarray(offset, offset + into.length);
    if (part.length < into.length) throw new BackendError('truncated', `${describeFile(file)} is too short`);
    into.set(part);
  }

  async write(file: FileName, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
    await this.#enter('write', file, signal);
    this.files.set(keyOf(file), new Uint8Array(bytes));
  }

  async remove(file: FileName, signal: AbortSignal): Promise<void> {
    await this.#enter('remove', file, signal);
    this.files.delete(keyOf(file));
  }

  async close(): Promise<void> {
    this.calls.push('close');
  }

  #content(file: FileName): Uint8Array {
    const bytes = this.files.get(keyOf(file));
    if (bytes === undefined) throw new BackendError('not-found', `There is no ${describeFile(file)}`);
    return bytes;
  }

  async #enter(operation: Operation, file: FileName, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.calls.push(`${operation} ${file.kind}/${file.name}`);
    await this.before(operation, file.kind, file.name);
    signal.throwIfAborted();
  }
}

function keyOf(file: FileName): string {
  if (file.kind === 'config') return 'config';
  if (!/^[0-9a-f]{64}$/.test(file.name)) throw new RangeError(`Not a storage id: ${file.name}`);
  return `${file.kind}/${file.name}`;
}
