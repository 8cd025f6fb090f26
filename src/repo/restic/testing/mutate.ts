/** Deterministic damage to documents, for tests of decoders. */

const TOKENS = [
  ...[
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '\\',
    '\\u',
    '\\u0041',
    '\\ud83d',
    '\\ude00',
    '\\n',
    '\n',
    ' ',
    '\t',
  ],
  ...[
    'null',
    'true',
    'false',
    '0',
    '-',
    '-0',
    '1e5',
    '.5',
    '1.',
    'E+',
    '18446744073709551615',
    '9007199254740993',
  ],
  ...['ä', '€', '😀', '\u0000', '\u007f', '"a":', '"name":1,', '{}', '[]', '""'],
].map((token) => new TextEncoder().encode(token));

/** A copy with one to four damages: bytes changed, cut out, put in, or moved. */
export function mutate(document: Uint8Array, random: () => number): Uint8Array {
  let bytes: Uint8Array = Uint8Array.from(document);
  for (let damages = 1 + below(4, random); damages > 0; damages--) bytes = damage(bytes, random);
  return bytes;
}

function damage(bytes: Uint8Array, random: () => number): Uint8Array {
  const at = below(bytes.length + 1, random);
  const end = Math.min(bytes.length, at + below(12, random));
  const token = TOKENS[below(TOKENS.length, random)]!;
  const elsewhere = bytes.subarray(end, end + below(40, random));
  switch (below(6, random)) {
    case 0:
      return join(bytes.subarray(0, at), Uint8Array.of(below(256, random)), bytes.subarray(at + 1));
    case 1:
      return join(bytes.subarray(0, at), bytes.subarray(end));
    case 2:
      return join(bytes.subarray(0, at), token, bytes.subarray(at));
    case 3:
      return join(bytes.subarray(0, at), token, bytes.subarray(end));
    case 4:
      return join(bytes.subarray(0, at), elsewhere, bytes.subarray(at));
    default:
      return random() < 0.2
        ? bytes.slice(0, at)
        : join(bytes.subarray(0, at), bytes.subarray(at, end), bytes.subarray(at));
  }
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}

function below(limit: number, random: () => number): number {
  return Math.floor(random() * limit);
}
