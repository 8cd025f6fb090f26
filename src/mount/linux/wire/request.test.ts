import { describe, expect, test } from 'vitest';
import { bytes, RECORDED } from '../testing/recorded-requests.ts';
import { WireError } from './cursor.ts';
import { decodeRequest } from './request.ts';

const ROOT = { high: 0, low: 1 };
const FILE = { high: 1, low: 0 };

describe('decodeRequest', () => {
  test.each([
    ['init', { kind: 'init', unique: 2n, major: 7, minor: 45, flags: 0x73fffffb }],
    ['lookup', { kind: 'lookup', unique: 0x1cn, node: { high: 1, low: 5 }, name: Uint8Array.of(0x61) }],
    ['getattr', { kind: 'getattr', unique: 4n, node: ROOT }],
    ['readlink', { kind: 'readlink', node: { high: 1, low: 4 } }],
    ['open', { kind: 'open', node: FILE }],
    ['read', { kind: 'read', node: FILE, handle: 1, offset: 0, size: 4096 }],
    ['getxattr', { kind: 'getxattr', size: 255, name: new Uint8Array(Buffer.from('security.selinux')) }],
    ['listxattr', { kind: 'listxattr', size: 0 }],
    ['readdir', { kind: 'readdir', handle: 2, offset: 195, size: 32768 }],
    ['readdirplus', { kind: 'readdirplus', handle: 1, offset: 8, size: 32768 }],
    ['lseek', { kind: 'lseek', handle: 3, offset: 3, whence: 4 }],
    ['statx', { kind: 'statx', opcode: 52 }],
    [
      'batchForget',
      {
        kind: 'forget',
        forgotten: [
          { node: { high: 3, low: 0 }, count: 1 },
          { node: { high: 2, low: 0 }, count: 1 },
        ],
      },
    ],
  ] as const)('reads a recorded %s', (name, expected) => {
    expect(decodeRequest(RECORDED[name])).toMatchObject(expected);
  });

  test('keeps all 64 bits of a nodeid, a unique and an offset up to 2^53', () => {
    const message = RECORDED.read.slice();
    message.set(bytes('feffffffffffffff ffffffffffffffff'), 8);
    message.set(bytes('0100000000000000 ffffffffffff1f00'), 40);
    expect(decodeRequest(message)).toMatchObject({
      unique: 0xffff_ffff_ffff_fffen,
      node: { high: 0xffff_ffff, low: 0xffff_ffff },
      offset: 2 ** 53 - 1,
    });
  });

  test('keeps nothing of the buffer that it read', () => {
    const message = RECORDED.lookup.slice();
    const request = decodeRequest(message);
    message.fill(0xff);
    expect(request).toMatchObject({ name: Uint8Array.of(0x61) });
  });

  test.each(Object.entries(RECORDED))('refuses a %s that is cut short', (name, message) => {
    // Nothing after the header of these is used.
    const inHeader = ['getattr', 'open', 'readlink', 'statx'].includes(name);
    expect(() => decodeRequest(message.subarray(0, inHeader ? 39 : 41))).toThrow(WireError);
  });

  test('refuses a name without an end', () => {
    expect(() => decodeRequest(RECORDED.lookup.subarray(0, 41))).toThrow(WireError);
  });

  test('refuses a BATCH_FORGET that promises more than it holds', () => {
    const message = RECORDED.batchForget.slice();
    message.set(bytes('ffffffff'), 40);
    expect(() => decodeRequest(message)).toThrow(WireError);
  });
});
