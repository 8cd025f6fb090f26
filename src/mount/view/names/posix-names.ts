/** Names for systems that take any bytes but `/` and NUL: everything is shown as it is that can be. Pure. */

import { isPlainName, MAX_NAME_BYTES } from '../../../repo/plain-name.ts';
import type { NameRule } from './name-rule.ts';
import { byteKey } from './name-text.ts';
import { countEnding, hashEnding, usableName } from './usable-name.ts';

export class PosixNames implements NameRule {
  readonly takesPlainNames = true;
  readonly ignoresCase = false;
  readonly anyNormalForm: boolean;

  constructor(anyNormalForm = false) {
    this.anyNormalForm = anyNormalForm;
  }

  takes(bytes: Uint8Array, start: number, end: number): boolean {
    return isPlainName(bytes.subarray(start, end));
  }

  /** `%` in place of each byte that cannot be; of a name that is too long its start, `%` and a hash of eight digits. */
  shown(name: Uint8Array): Uint8Array {
    if (isPlainName(name)) return name;
    const usable = usableName(name, false);
    return usable.length > MAX_NAME_BYTES ? withEnding(usable, hashEnding(name)) : usable;
  }

  stored(shown: Uint8Array): Uint8Array | undefined {
    return isPlainName(shown) ? shown : undefined;
  }

  numbered(shown: Uint8Array, count: number): Uint8Array {
    return withEnding(shown, countEnding(count));
  }

  key(shown: Uint8Array): string {
    return byteKey(shown);
  }

  folderName(part: string): string {
    return part;
  }
}

/** The name, cut where both together would be too long, and the ending. */
function withEnding(name: Uint8Array, ending: string): Uint8Array {
  const kept = name.subarray(0, wholeCharacters(name, MAX_NAME_BYTES - ending.length));
  return Buffer.concat([kept, Buffer.from(ending)]);
}

/** At most `limit`, less where that would cut a UTF-8 sequence in two. */
function wholeCharacters(name: Uint8Array, limit: number): number {
  if (name.length <= limit) return name.length;
  let end = limit;
  while (end > limit - 3 && (name[end]! & 0xc0) === 0x80) end--;
  return end;
}
