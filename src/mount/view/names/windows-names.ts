/**
 * Names for Windows: what it does not take is mapped so that it can be undone, but for separators, which become `%`,
 * and long names, which are cut. Runs everywhere. Pure.
 */

import { upperText } from '../../windows-case.ts';
import type { NameOptions, NameRule } from './name-rule.ts';
import { countEnding, hashEnding, usableName } from './usable-name.ts';
import { fromWindowsText, isWindowsName, MAX_UNITS, toWindowsText } from './windows-characters.ts';

export class WindowsNames implements NameRule {
  readonly takesPlainNames = false;
  readonly ignoresCase = true;
  readonly anyNormalForm: boolean;
  readonly #hidesBackslash: boolean;

  constructor(backslash: NameOptions['backslash'] = 'percent', anyNormalForm = false) {
    this.#hidesBackslash = backslash === 'percent';
    this.anyNormalForm = anyNormalForm;
  }

  takes(bytes: Uint8Array, start: number, end: number): boolean {
    return isWindowsName(bytes, start, end);
  }

  shown(name: Uint8Array): Uint8Array {
    if (isWindowsName(name, 0, name.length)) return name;
    const text = toWindowsText(usableName(name, this.#hidesBackslash));
    return Buffer.from(text.length > MAX_UNITS ? withEnding(text, hashEnding(name)) : text);
  }

  stored(shown: Uint8Array): Uint8Array | undefined {
    const name = fromWindowsText(Buffer.from(shown).toString());
    return Buffer.compare(this.shown(name), shown) === 0 ? name : undefined;
  }

  numbered(shown: Uint8Array, count: number): Uint8Array {
    return Buffer.from(withEnding(Buffer.from(shown).toString(), countEnding(count)));
  }

  key(shown: Uint8Array): string {
    return upperText(Buffer.from(shown).toString());
  }

  /** `-` for `:`, which times and tags hold: a character that people can read and type is worth more than a way back. */
  folderName(part: string): string {
    return Buffer.from(this.shown(Buffer.from(part.replaceAll(':', '-')))).toString();
  }
}

/** The name, cut where both together would be too long, and the ending. */
function withEnding(text: string, ending: string): string {
  const limit = MAX_UNITS - ending.length;
  if (text.length <= limit) return text + ending;
  // Not between the halves of one character.
  const isSplit = text.codePointAt(limit - 1)! > 0xffff;
  return text.slice(0, isSplit ? limit - 1 : limit) + ending;
}
