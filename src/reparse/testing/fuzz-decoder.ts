/**
 * Damaged buffers for the decoder, each decoded twice: among zeros and among other bytes. What differs between the
 * two was read from outside the buffer.
 */

import { decodeReparseBuffer, encodeReparseBuffer, MAX_REPARSE_BUFFER_BYTES } from '../reparse-buffer.ts';
import { ReparseError } from '../reparse-error.ts';
import type { ReparsePoint } from '../reparse-point.ts';
import { CAPTURED_BUFFERS } from './captured-buffers.ts';
import { type Below, belowOf, randomPoint } from './random-points.ts';

export interface FuzzResult {
  /** How many buffers were read, of each kind, and how many refused, by reason. */
  readonly read: ReadonlyMap<string, number>;
  readonly refused: ReadonlyMap<string, number>;
}

const ARENA_BYTES = 2 * MAX_REPARSE_BUFFER_BYTES;
const OUTSIDE = 0xa5;
const SEEDS = 500;
const NUMBER = /0x[0-9a-f]+|\d+/g;
const ODD_NUMBERS = [0, 1, 2, 3, 4, 7, 8, 0x10, 0x7fff, 0x8000, 0xfff8, 0xfffe, 0xffff];

/** Throws an error that names the round for anything but a value that can be encoded again, or a ReparseError. */
export function fuzzDecoder(rounds: number, seed: number): FuzzResult {
  const traced = Error.stackTraceLimit;
  // A stack for each refusal would take most of the time.
  Error.stackTraceLimit = 0;
  try {
    return runRounds(rounds, seed);
  } finally {
    Error.stackTraceLimit = traced;
  }
}

function runRounds(rounds: number, seed: number): FuzzResult {
  const below = belowOf(seed);
  const seeds = [
    ...CAPTURED_BUFFERS.map(({ hex }) => Buffer.from(hex.replaceAll(/\s/g, ''), 'hex')),
    ...Array.from({ length: SEEDS }, () => Buffer.from(encodeReparseBuffer(randomPoint(below)))),
  ];
  const arenas = [Buffer.alloc(ARENA_BYTES, 0), Buffer.alloc(ARENA_BYTES, OUTSIDE)] as const;
  const read = new Map<string, number>();
  const refused = new Map<string, number>();
  for (let round = 0; round < rounds; round += 1) {
    const damaged = damage(seeds[below(seeds.length)]!, below);
    const at = below(ARENA_BYTES - damaged.length + 1);
    try {
      const [first, second] = [decodeWithin(arenas[0], damaged, at), decodeWithin(arenas[1], damaged, at)];
      requireSame(first, second);
      if (first instanceof ReparseError) count(refused, first.message.replaceAll(NUMBER, 'N'));
      else {
        requireSame(decodeReparseBuffer(encodeReparseBuffer(first)), first);
        count(read, first.kind);
      }
    } catch (cause) {
      throw new Error(`Round ${round} of seed ${seed}, ${damaged.toString('hex', 0, 200)}`, { cause });
    }
  }
  return { read, refused };
}

/** The value, or the ReparseError. The arena is as before, afterwards. */
function decodeWithin(arena: Buffer, bytes: Uint8Array, at: number): ReparsePoint | ReparseError {
  const around = arena[at === 0 ? ARENA_BYTES - 1 : 0]!;
  arena.set(bytes, at);
  try {
    return decodeReparseBuffer(arena.subarray(at, at + bytes.length));
  } catch (error) {
    if (error instanceof ReparseError) return error;
    throw error;
  } finally {
    arena.fill(around, at, at + bytes.length);
  }
}

/** One to four damages, half of the time with a length in the header that fits. */
function damage(seed: Buffer, below: Below): Buffer {
  let bytes: Buffer = Buffer.from(seed);
  for (let damages = 1 + below(4); damages > 0; damages -= 1) {
    bytes = damageOnce(bytes, below).subarray(0, MAX_REPARSE_BUFFER_BYTES + 40);
  }
  if (bytes.length >= 8 && below(2) === 0) {
    const start = bytes.readInt32LE(0) < 0 ? 8 : 24;
    bytes.writeUInt16LE(Math.max(0, bytes.length - start) & 0xffff, 4);
  }
  return bytes;
}

function damageOnce(bytes: Buffer, below: Below): Buffer {
  const field = 2 * below(12);
  switch (below(8)) {
    case 0:
      return bytes.subarray(0, below(bytes.length + 1));
    case 1:
      return Buffer.concat([bytes, Buffer.alloc(below(40), below(256))]);
    case 2:
      return below(50) === 0
        ? Buffer.concat([bytes, Buffer.alloc(MAX_REPARSE_BUFFER_BYTES - below(40))])
        : bytes;
    case 3:
    case 4:
      if (field + 2 <= bytes.length) bytes.writeUInt16LE(ODD_NUMBERS[below(ODD_NUMBERS.length)]!, field);
      return bytes;
    case 5:
      if (field + 2 <= bytes.length)
        bytes.writeUInt16LE((bytes.readUInt16LE(field) + below(9) - 4) & 0xffff, field);
      return bytes;
    default:
      if (bytes.length > 0) bytes[below(bytes.length)] = below(256);
      return bytes;
  }
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function requireSame(one: ReparsePoint | ReparseError, other: ReparsePoint | ReparseError): void {
  if (!isSame(one, other)) throw new Error('It reads differently', { cause: [one, other] });
}

function isSame(one: ReparsePoint | ReparseError, other: ReparsePoint | ReparseError): boolean {
  if (one instanceof ReparseError || other instanceof ReparseError) {
    return one instanceof ReparseError && other instanceof ReparseError && one.message === other.message;
  }
  const theirs = new Map(Object.entries(other));
  const ours = Object.entries(one);
  return ours.length === theirs.size && ours.every(([name, value]) => isSameValue(value, theirs.get(name)));
}

function isSameValue(one: unknown, other: unknown): boolean {
  const areBytes = one instanceof Uint8Array && other instanceof Uint8Array;
  return areBytes ? Buffer.compare(one, other) === 0 : one === other;
}
