/**
 * Splits a password command into its arguments as restic does, so that one setting works for both: separated by
 * white space and backslashes, quoted with `'` or `"`, and a quote ends an argument even in the middle of a word.
 * Not a shell: nothing is expanded. Pure.
 */

import { CommandError } from '../errors.ts';

export function splitShellStrings(command: string): string[] {
  const fields: string[] = [];
  let field = '';
  let quote = '';
  let previous = '';
  for (const character of command) {
    const isQuote = previous !== '\\' && (quote === '' ? /["']/.test(character) : character === quote);
    if (isQuote) quote = quote === '' ? character : '';
    // The quote itself does not become the previous character: after `\"x"` the same backslash still counts.
    else previous = character;

    if (isQuote || (quote === '' && /[\\\s\u0085]/.test(character))) {
      if (field !== '') fields.push(field);
      field = '';
    } else {
      field += character;
    }
  }
  if (quote !== '') throw new CommandError(`Password command has a quote (${quote}) that is not closed`);
  if (field !== '') fields.push(field);
  if (fields.length === 0) throw new CommandError('Password command is empty');
  return fields;
}
