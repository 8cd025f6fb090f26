/**
 * Text as Go writes it: strconv.Quote, which restic puts names through, and the strings of encoding/json. A tree that
 * is written otherwise is another one to restic, which tells trees by the hash of their text.
 */

/** What strconv.Quote puts between the quotes: ASCII escapes for what is not printable or no UTF-8. */
export function goQuoted(bytes: Uint8Array): string {
  return Array.from(runes(bytes), quotedRune).join('');
}

/** A JSON string with its quotes; what is no UTF-8 is lost, as in Go. */
export function goJsonText(bytes: Uint8Array): string {
  const escaped = Array.from(runes(bytes), (rune) =>
    typeof rune === 'number' ? '\\ufffd' : JSON.stringify(rune).slice(1, -1),
  );
  return escapeForHtml(`"${escaped.join('')}"`);
}

/** Any value that JSON.stringify takes. */
export function goJson(value: unknown): string {
  return escapeForHtml(JSON.stringify(value));
}

/** What Go shows of bytes as a string: U+FFFD for each byte that belongs to no UTF-8. */
export function goShown(bytes: Uint8Array): string {
  return Array.from(runes(bytes), (rune) => (typeof rune === 'number' ? '\ufffd' : rune)).join('');
}

/** Each character, or the number of a byte that begins none. */
function* runes(bytes: Uint8Array): Generator<string | number> {
  for (let at = 0; at < bytes.length; ) {
    const rune = decode(bytes.subarray(at, at + sequenceLength(bytes[at]!)));
    yield rune ?? bytes[at]!;
    at += rune === undefined ? 1 : Buffer.byteLength(rune);
  }
}

function sequenceLength(first: number): number {
  if (first < 0x80) return 1;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decode(sequence: Uint8Array): string | undefined {
  try {
    return UTF8.decode(sequence);
  } catch {
    return undefined;
  }
}

const SHORT: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  '"': '\\"',
};

/** unicode.IsPrint: of spaces only the one of ASCII. */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

function quotedRune(rune: string | number): string {
  if (typeof rune === 'number') return `\\x${hex(rune, 2)}`;
  const short = SHORT[rune];
  if (short !== undefined) return short;
  if (PRINTABLE.test(rune)) return rune;
  const code = rune.codePointAt(0)!;
  if (code < 0x80) return `\\x${hex(code, 2)}`;
  return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
}

/** encoding/json does so by default, so that its output may stand in a script of a web page. */
function escapeForHtml(json: string): string {
  return json.replace(/[<>&\u2028\u2029]/g, (character) => `\\u${hex(character.charCodeAt(0), 4)}`);
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
