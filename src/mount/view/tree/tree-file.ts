/** A file of a snapshot. Knows nothing of how content is stored, and no name but for messages. */

import type { Content } from '../../../repo/repository.ts';
import { EntryKind, type File, type OpenFile, type UseSlices } from '../../node.ts';
import { type Location, pathOf } from '../location.ts';
import { TreeNode } from './tree-nodes.ts';
import type { TreeServices } from './tree-services.ts';

export class TreeFile extends TreeNode implements File {
  readonly kind = EntryKind.File;

  async open(signal: AbortSignal): Promise<OpenFile> {
    const { services, table, entry, location } = this.origin;
    try {
      // A copy: an open file must not keep the whole folder's table in memory.
      const content = await services.repository.content(new Uint8Array(table.content(entry)), signal);
      const recorded = table.size(entry);
      if (content.size !== recorded) services.damage.tell(notAsRecorded(location, content.size, recorded));
      return new OpenTreeFile(services, content, location);
    } catch (error) {
      throw services.damage.toFsError(error, location, signal);
    }
  }
}

class OpenTreeFile implements OpenFile {
  readonly size: number;
  readonly #services: TreeServices;
  readonly #content: Content;
  readonly #location: Location;

  constructor(services: TreeServices, content: Content, location: Location) {
    this.size = content.size;
    this.#services = services;
    this.#content = content;
    this.#location = location;
  }

  async read(offset: number, length: number, signal: AbortSignal, use: UseSlices): Promise<void> {
    try {
      await this.#content.read(offset, length, signal, use);
    } catch (error) {
      throw this.#services.damage.toFsError(error, this.#location, signal);
    }
  }
}

function notAsRecorded(location: Location, size: number, recorded: number): string {
  const path = pathOf(location);
  return `The content of "${path}" has ${size} bytes, its entry says ${recorded}: a mount cannot show it, 'snapmount cat' writes all of it`;
}
