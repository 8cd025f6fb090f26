/** Options that take one of a few words. Pure. */

import { CommandError } from '../errors.ts';

/** `option` as it is written: `--links`. Throws CommandError, naming the choices. */
export function parseChoice<Choice extends string>(
  option: string,
  text: string,
  choices: readonly Choice[],
): Choice {
  const found = choices.find((choice) => choice === text);
  if (found !== undefined) return found;
  const quoted = choices.map((choice) => `"${choice}"`);
  const list = `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
  throw new CommandError(`Value "${text}" for ${option} is unknown: give ${list}`);
}
