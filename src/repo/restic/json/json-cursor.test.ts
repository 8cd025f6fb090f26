import { describe, expect, test } from 'vitest';
import { makeRandom } from '../../../testing/random.ts';
import { FormatError } from '../format-error.ts';
import { mutate } from '../testing/mutate.ts';
import { JsonCursor } from './json-cursor.ts';
import { JsonKeys } from './json-keys.ts';

const KNOWN = ['a', 'b', 'name', 'longer name', 'x'];
const KEYS = new JsonKeys(KNOWN);

function cursorOf(text: string | Uint8Array): JsonCursor {
  return new JsonCursor(typeof text === 'string' ? new TextEncoder().encode(text) : text);
}

/** The whole document by way of the cursor; of objects, the known members. */
function readDocument(bytes: Uint8Array): unknown {
  const cursor = cursorOf(bytes);
  const value = readValue(cursor);
  cursor.finish();
  return value;
}

function readValue(cursor: JsonCursor): unknown {
  const first = String.fromCharCode(cursor.peek());
  if (first === '{') return readObject(cursor);
  if (first === '[') {
    const elements: unknown[] = [];
    cursor.beginArray();
    while (cursor.nextElement()) elements.push(readValue(cursor));
    return elements;
  }
  if (first === '"') return cursor.readString();
  if (first === 't' || first === 'f') return cursor.readBoolean();
  if (first === 'n') return cursor.readNull() ? null : undefined;
  return cursor.readNumber();
}

function readObject(cursor: JsonCursor): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  cursor.beginObject();
  for (let key = cursor.nextKey(KEYS); key >= 0; key = cursor.nextKey(KEYS)) {
    object[KNOWN[key]!] = readValue(cursor);
  }
  return object;
}

/** The same by way of JSON.parse, whose strings may hold half surrogate pairs. */
function parseDocument(bytes: Uint8Array): unknown {
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  return JSON.parse(text, (_, value: unknown) => {
    if (typeof value === 'string') return Buffer.from(value).toString();
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).filter(([key]) => KNOWN.includes(key)));
  });
}

/** The outcome as text: the value, or undefined for a refusal of the expected kind. */
function outcome(read: () => unknown, isRefusal: (error: unknown) => boolean): string | undefined {
  try {
    return JSON.stringify(read());
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return undefined;
  }
}

function isFormatError(error: unknown): boolean {
  return error instanceof FormatError;
}

const DOCUMENTS = [
  { a: 1, name: 'x"\\\n', b: [true, false, null], 'longer name': { x: -1.5e-7, unknown: [{}] } },
  [{ name: '\u00e4\u20ac😀', a: '' }, { other: { a: 1 }, x: [[], [[]], 0] }, -0, 1e300, 'tab\t'],
  { x: { x: { x: [{ a: 18446744073709551615n.toString() }] } }, name: 'a/b', b: '</&>' },
];

describe('JsonCursor', () => {
  test('reads the same as JSON.parse from documents of any form', () => {
    for (const indent of [undefined, 1, '\t']) {
      for (const document of DOCUMENTS) {
        const bytes = new TextEncoder().encode(JSON.stringify(document, null, indent));
        expect(JSON.stringify(readDocument(bytes))).toBe(JSON.stringify(parseDocument(bytes)));
      }
    }
  });

  test('agrees with JSON.parse on 15,000 damaged documents: the same value, or both refuse', () => {
    const random = makeRandom(20_260_101);
    const sources = DOCUMENTS.map((document) => new TextEncoder().encode(JSON.stringify(document)));
    let read = 0;
    for (let round = 0; round < 15_000; round++) {
      const bytes = mutate(sources[round % sources.length]!, random);
      const ours = outcome(() => readDocument(bytes), isFormatError);
      const reference = outcome(
        () => parseDocument(bytes),
        (error) => error instanceof SyntaxError || error instanceof TypeError,
      );
      if (ours !== reference)
        expect.fail(`Differ on ${JSON.stringify(Buffer.from(bytes).toString('latin1'))}`);
      const skipped = outcome(() => skipDocument(bytes), isFormatError);
      expect(skipped === undefined).toBe(ours === undefined);
      if (ours !== undefined) read++;
    }
    // Else nothing but refusals would have been compared.
    expect(read).toBeGreaterThan(500);
    expect(read).toBeLessThan(14_500);
  });

  test('refuses every part of a document as a document', () => {
    const bytes = new TextEncoder().encode(JSON.stringify(DOCUMENTS[0]));
    for (let end = 0; end < bytes.length; end++) {
      expect(() => readDocument(bytes.subarray(0, end))).toThrow(FormatError);
    }
  });

  test('never reads beyond the range that it was given', () => {
    const bytes = new TextEncoder().encode('"aaaa"1234true"bb');
    for (const [from, to] of [
      [0, 5],
      [6, 6],
      [10, 13],
      [14, 17],
    ] as const) {
      expect(() => readDocument(bytes.subarray(from, to))).toThrow(FormatError);
    }
    expect(readDocument(bytes.subarray(6, 8))).toBe(12);
  });

  test('says where a document went wrong', () => {
    const cursor = cursorOf('{"a": x}');
    cursor.beginObject();
    cursor.nextKey(KEYS);
    expect(() => cursor.readNumber()).toThrow(expect.objectContaining({ name: 'FormatError', offset: 6 }));
  });

  test('finds keys in any order, written with escapes too, and skips others', () => {
    const cursor = cursorOf('{"x":1,"longer name":2,"\\u0061":3,"names":{"a":[9]},"nam":9,"b":4,"a":5}');
    const seen: [number, number][] = [];
    cursor.beginObject();
    for (let key = cursor.nextKey(KEYS); key >= 0; key = cursor.nextKey(KEYS))
      seen.push([key, cursor.readWhole(9)]);
    expect(seen).toEqual([
      [4, 1],
      [3, 2],
      [0, 3],
      [1, 4],
      [0, 5],
    ]);
  });

  test('skips values 128 deep and no deeper, without filling the stack', () => {
    const nested = (depth: number) => cursorOf('['.repeat(depth) + ']'.repeat(depth));
    nested(128).skipValue();
    expect(() => nested(129).skipValue()).toThrow(FormatError);
    expect(() => nested(1_000_000).skipValue()).toThrow(FormatError);
    expect(() => cursorOf('{"a":'.repeat(1_000_000)).skipValue()).toThrow(FormatError);
  });

  test.each<[string, bigint]>([
    ['0', 0n],
    ['999999999999999', 999999999999999n],
    ['1000000000000000', 1000000000000000n],
    ['4294967295', 0xffffffffn],
    ['4294967296', 0x100000000n],
    ['9007199254740993', 9007199254740993n],
    ['18446744073709551615', 0xffff_ffff_ffff_ffffn],
  ])('reads %s exactly into two words', (text, value) => {
    const words = new Uint32Array(2);
    cursorOf(text).readUint64(words);
    expect((BigInt(words[1]!) << 32n) | BigInt(words[0]!)).toBe(value);
  });

  test.each([
    '18446744073709551616',
    '99999999999999999999',
    '1'.repeat(400),
    '-1',
    '1.0',
    '1e3',
    '01',
    '',
    '"1"',
  ])('refuses %j as a number of 64 bits', (text) => {
    expect(() => cursorOf(text).readUint64(new Uint32Array(2))).toThrow(FormatError);
  });

  test('reads whole numbers up to a limit', () => {
    expect(cursorOf(' 9007199254740991').readWhole(Number.MAX_SAFE_INTEGER)).toBe(9007199254740991);
    for (const text of ['9007199254740992', '9007199254740993', '9'.repeat(500)]) {
      expect(() => cursorOf(text).readWhole(Number.MAX_SAFE_INTEGER)).toThrow(FormatError);
    }
    for (const text of ['256', '-0', '0.0', '00', 'null']) {
      expect(() => cursorOf(text).readWhole(255)).toThrow(FormatError);
    }
  });

  test('reads hex of exactly the asked length', () => {
    const bytes = new Uint8Array(4);
    cursorOf('"00fF"').readHex(bytes, 1, 2);
    expect([...bytes]).toEqual([0, 0, 0xff, 0]);
    for (const text of ['"00f"', '"00fF0"', '"00fg"', '"0x11"', '"00f\\"', '"00ff', '00ff', '"\\u00"']) {
      expect(() => cursorOf(text).readHex(bytes, 0, 2)).toThrow(FormatError);
    }
  });

  test('reads a choice out of known strings', () => {
    const choices = new JsonKeys(['data', 'tree']);
    const read = (text: string) => cursorOf(text).readChoice(choices);
    expect([read('"data"'), read('"tree"'), read('"tr\\u0065e"')]).toEqual([0, 1, 1]);
    expect([read('"tree2"'), read('""'), read('"Tree"'), read('"t\\nree"')]).toEqual([-1, -1, -1, -1]);
    for (const text of ['"tree', '1', 'null', '"\\q"']) expect(() => read(text)).toThrow(FormatError);
  });

  test('gives text without escapes as a view of the document', () => {
    const bytes = new TextEncoder().encode('["plain","\\u00e4"]');
    const cursor = new JsonCursor(bytes);
    cursor.beginArray();
    cursor.nextElement();
    expect({ ...cursor.readText() }).toEqual({ bytes, start: 2, end: 7 });
    expect(cursor.hadEscapes).toBe(false);
    cursor.nextElement();
    const { bytes: text, start, end } = cursor.readText();
    expect([...text.subarray(start, end)]).toEqual([0xc3, 0xa4]);
    expect(cursor.hadEscapes).toBe(true);
  });

  test('goes on behind a value that somebody else has read', () => {
    const keys = new JsonKeys(['a', 'b']);
    const cursor = new JsonCursor(new TextEncoder().encode('{"a":1,"b":2}'));
    cursor.goOnBehindValue(6, 1);
    expect([cursor.nextKey(keys), cursor.readWhole(9), cursor.nextKey(keys)]).toEqual([1, 2, -1]);
    cursor.finish();
  });
});

function skipDocument(bytes: Uint8Array): boolean {
  const cursor = cursorOf(bytes);
  cursor.skipValue();
  cursor.finish();
  return true;
}
