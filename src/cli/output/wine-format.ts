/** Links of Wine as people and programs are shown them. Pure. */

import { encodeReparseBuffer } from '../../reparse/reparse-buffer.ts';
import { ReparseError } from '../../reparse/reparse-error.ts';
import type { ReparsePoint } from '../../reparse/reparse-point.ts';
import { ReparseTag } from '../../reparse/reparse-tags.ts';
import { plainTarget, type WineLink } from '../../reparse/wine-link.ts';
import { wineReparsePoint } from '../../reparse/wine-reparse-point.ts';
import { decodeName } from './escape.ts';
import {
  type Fact,
  factLines,
  nameFields,
  pointFacts,
  pointObject,
  tagObject,
  tagText,
} from './reparse-format.ts';

export function wineText(link: WineLink): string {
  const point = wineReparsePoint(link);
  const facts: Fact[] = [
    ['Kind', kindOf(link)],
    ['Tag', tagText(link.tag)],
    ['Unix target', decodeName(plainTarget(link)).text],
    ...(link.prefix ? [['Wine prefix', decodeName(link.prefix).text] as const] : []),
    ...(point ? pointFacts(point) : []),
  ];
  return factLines(facts);
}

/** `target` is the plain path; what Windows would hold is in `reparse_point`, where it could hold that. */
export function wineObject(link: WineLink): Record<string, unknown> {
  const point = wineReparsePoint(link);
  const buffer = point && bufferOf(point);
  return {
    message_type: 'wine_link',
    ...tagObject(link.tag),
    relative: link.relative,
    folder: link.folder,
    ...nameFields('target', plainTarget(link)),
    ...(link.prefix ? nameFields('prefix', link.prefix) : {}),
    ...nameFields('path', link.path),
    ...(buffer ? { reparse_point: { ...pointObject(point), buffer } } : {}),
  };
}

/** In base64; undefined where the path is longer than a reparse point may be. */
function bufferOf(point: ReparsePoint): string | undefined {
  try {
    return Buffer.from(encodeReparseBuffer(point)).toString('base64');
  } catch (error) {
    if (error instanceof ReparseError) return undefined;
    throw error;
  }
}

function kindOf({ tag, folder, relative }: WineLink): string {
  if (tag === ReparseTag.MountPoint) return 'junction of Wine';
  if (tag !== ReparseTag.Symlink) return 'reparse point of Wine';
  return `symbolic link of Wine to a ${folder ? 'folder' : 'file'}, ${relative ? 'relative' : 'absolute'}`;
}
