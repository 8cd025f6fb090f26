/** The rule that options ask for. Pure. */

import type { NameOptions, NameRule } from './name-rule.ts';
import { PosixNames } from './posix-names.ts';
import { WindowsNames } from './windows-names.ts';

export const POSIX: NameOptions = { system: 'posix', backslash: 'percent' };

export function makeNameRule({ system, backslash, anyNormalForm = false }: NameOptions): NameRule {
  return system === 'windows' ? new WindowsNames(backslash, anyNormalForm) : new PosixNames(anyNormalForm);
}
