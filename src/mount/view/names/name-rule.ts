/** How names that may hold anything become names that a system takes: posix-names.ts, windows-names.ts. Types only. */

export interface NameOptions {
  readonly system: 'posix' | 'windows';
  /** What `\` becomes where the system is Windows: `%`, or the private character U+F05C, which can be undone. */
  readonly backslash: 'percent' | 'private';
  /** Whether names are found by their composed and decomposed forms (NFC, NFD) as well: for macOS. */
  readonly anyNormalForm?: boolean | undefined;
}

/** Names are bytes; what comes out is UTF-8 where the system takes nothing else. */
export interface NameRule {
  /** Whether all names without the faults that `TreeTable.plainNames` tells of can be shown as they are. */
  readonly takesPlainNames: boolean;
  /** Whether names that differ only in case cannot stand in one folder. */
  readonly ignoresCase: boolean;
  readonly anyNormalForm: boolean;
  /** Whether a folder can show the name in `bytes` from `start` to `end` as it is. */
  takes(bytes: Uint8Array, start: number, end: number): boolean;
  /** The name if it can be shown, else one as near to it as can be. */
  shown(name: Uint8Array): Uint8Array;
  /**
   * The name that is shown as this one and can be told from it; undefined if there is none. A `%` may stand for
   * something else all the same: then the entry is another one than that of this name.
   */
  stored(shown: Uint8Array): Uint8Array | undefined;
  /** The `count`th of several shown names that are equal, or differ only in case where that is ignored. */
  numbered(shown: Uint8Array, count: number): Uint8Array;
  /** Equal for shown names that cannot stand in one folder: for maps. */
  key(shown: Uint8Array): string;
  /** The name of a folder above the snapshots, of a part of a path by `cleanPath`. */
  folderName(part: string): string;
}
