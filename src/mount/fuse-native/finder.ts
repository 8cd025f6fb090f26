/**
 * What Finder and Spotlight of macOS look for on every volume, in every folder. Answered at once, so that no folder of a
 * backup is loaded for it. `noappledouble` makes the system itself hide the first two kinds. Pure.
 */

export type FinderAnswer =
  /** The view is asked. */
  | 'ask'
  | 'missing'
  /** An empty file that is in no listing. */
  | 'empty';

const SETTINGS_OF_FOLDER = '.DS_Store';
/** AppleDouble: attributes of the file that the rest of the name names. */
const BESIDE_A_FILE = '._';
/** At the root of a volume: Spotlight makes no index of it. */
const NEVER_INDEX = '/.metadata_never_index';

/** `platform` as Node has it. */
export function finderAnswer(path: string, platform: string): FinderAnswer {
  if (platform !== 'darwin') return 'ask';
  if (path === NEVER_INDEX) return 'empty';
  return isFinders(path.slice(path.lastIndexOf('/') + 1)) ? 'missing' : 'ask';
}

/** Whether a listing leaves the entry out, as it cannot be looked up. */
export function isLeftOut(name: string, platform: string): boolean {
  return platform === 'darwin' && isFinders(name);
}

function isFinders(name: string): boolean {
  return name === SETTINGS_OF_FOLDER || name.startsWith(BESIDE_A_FILE);
}
