/**
 * Text from a repository or a person, made fit for a terminal: no name in a backup can move the cursor, change
 * colours or hide what follows, and what stands for another character in a mapped name can be told. Meant to be read, not to be parsed back. Pure.
 */

// Control characters (C0, DEL, C1: the last are commands to terminals that decode UTF-8 first), line and
// paragraph separators, and the marks that reorder the text around them. And the private characters of mapped names:
// fonts show all of them alike, or nothing.
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\uf000-\uf0ff]/g;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** `text` on one line, with what a terminal would act on as `\n`, `\x1b` or `\u202e`. */
export function escapeText(text: string): string {
  return text.replace(UNSAFE, escapeCharacter);
}

/** The bytes of a name or a link target as text, bytes that are not UTF-8 as `\xff`. Not safe for terminals. */
export function decodeName(bytes: Uint8Array): { readonly text: string; readonly exact: boolean } {
  try {
    return { text: strictUtf8.decode(bytes), exact: true };
  } catch {
    return { text: decodeLossless(bytes), exact: false };
  }
}

/** A name for a terminal or a message: `decodeName`, then `escapeText`. */
export function printableName(bytes: Uint8Array): string {
  return escapeText(decodeName(bytes).text);
}

function escapeCharacter(character: string): string {
  const code = character.charCodeAt(0);
  const hex = code.toString(16);
  return SHORT[character] ?? (code < 0x80 ? `\\x${hex.padStart(2, '0')}` : `\\u${hex.padStart(4, '0')}`);
}

function decodeLossless(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at);
    if (length === 0) {
      text += `\\x${bytes[at]?.toString(16).padStart(2, '0')}`;
      at += 1;
    } else {
      text += strictUtf8.decode(bytes.subarray(at, at + length));
      at += length;
    }
  }
  return text;
}

/** Bytes of the UTF-8 sequence that starts at `at`, 0 where none does. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  const length = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  if (length < 2) return length;
  try {
    strictUtf8.decode(bytes.subarray(at, at + length));
    return length;
  } catch {
    return 0;
  }
}
