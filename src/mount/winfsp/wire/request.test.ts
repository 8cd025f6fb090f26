import { describe, expect, test } from 'vitest';
import { makeRandomBelow } from '../../../testing/random.ts';
import { RequestKind } from './constants.ts';
import { NtStatus } from './nt-status.ts';
import { decodeHeader, decodeRequest } from './request.ts';

/** FSP_FSCTL_TRANSACT_REQ: what is given at its offsets, all else 0xee, so that a field that is read elsewhere is seen. */
function request(
  kind: number,
  fields: readonly (readonly [offset: number, size: number, value: number | bigint])[],
  data = '',
) {
  const text = Buffer.from(data, 'utf16le');
  const bytes = Buffer.alloc(88 + text.length, 0xee);
  for (const [offset, size, value] of [[2, 2, bytes.length], [4, 4, kind], ...fields] as typeof fields) {
    if (size === 8) bytes.writeBigUInt64LE(BigInt(value), offset);
    else bytes.writeUIntLE(Number(value), offset, size);
  }
  text.copy(bytes, 88);
  return bytes;
}

test('decodeHeader reads size, kind and hint', () => {
  expect(decodeHeader(request(5, [[8, 8, 0xfedc_ba98_7654_3210n]]))).toEqual({
    size: 88,
    kind: 5,
    hint: 0xfedc_ba98_7654_3210n,
  });
});

describe('decodeRequest', () => {
  test('reads an opening', () => {
    const fields = [
      [16, 4, 0x0320_0041],
      [40, 8, 0x0000_1234_0000_0abcn],
      [48, 4, 0x8012_0089],
      [52, 4, 0x12_0000],
      [64, 4, 0x61],
      [80, 2, 0],
      [82, 2, 14],
    ] as const;
    expect(decodeRequest(request(RequestKind.Create, fields, '\\a\\b:c\0'))).toEqual({
      kind: 'create',
      name: '\\a\\b:c',
      disposition: 3,
      options: 0x20_0041,
      // The upper half is the process that asks.
      token: 0xabc,
      process: 0x1234,
      desiredAccess: 0x8012_0089,
      grantedAccess: 0x12_0000,
      isUserMode: true,
      opensTargetDirectory: false,
      isCaseSensitive: true,
      hasTrailingBackslash: true,
    });
  });

  test('reads a read beyond 2^32', () => {
    const fields = [
      [24, 8, 77],
      [32, 8, 0x7fff_1234_5678_9abcn],
      [40, 8, 2n ** 40n + 3n],
      [48, 4, 0xffff_ffff],
    ] as const;
    expect(decodeRequest(request(RequestKind.Read, fields))).toEqual({
      kind: 'read',
      handle: 77,
      address: 0x7fff_1234_5678_9abcn,
      offset: 2 ** 40 + 3,
      length: 0xffff_ffff,
    });
  });

  test('reads a query of a folder, with a name to look for and one to go on behind', () => {
    const fields = [
      [24, 8, 1],
      [32, 8, 16],
      [40, 4, 65_536],
      [44, 2, 0],
      [46, 2, 8],
      [48, 2, 8],
      [50, 2, 6],
      [52, 4, 2],
    ] as const;
    expect(decodeRequest(request(RequestKind.QueryDirectory, fields, 'a.b\0cd\0'))).toEqual({
      kind: 'query-directory',
      handle: 1,
      address: 16n,
      length: 65_536,
      pattern: 'a.b',
      isPatternName: true,
      isCaseSensitive: false,
      marker: 'cd',
    });
  });

  test('reads a query of a folder from its start', () => {
    const fields = [
      [24, 8, 1],
      [32, 8, 16],
      [40, 4, 4096],
      [44, 4, 0],
      [48, 4, 0],
      [52, 4, 1],
    ] as const;
    expect(decodeRequest(request(RequestKind.QueryDirectory, fields))).toMatchObject({
      pattern: undefined,
      marker: undefined,
      isPatternName: false,
      isCaseSensitive: true,
    });
  });

  test('reads a control code', () => {
    const fields = [
      [24, 8, 3],
      [32, 4, 0x9_00a8],
    ] as const;
    expect(decodeRequest(request(RequestKind.FileSystemControl, fields))).toEqual({
      kind: 'file-system-control',
      handle: 3,
      code: 0x9_00a8,
    });
  });

  test.each([
    ['Cleanup', 'cleanup'],
    ['Close', 'close'],
    ['QueryInformation', 'query-information'],
    ['QueryEa', 'query-ea'],
    ['FlushBuffers', 'flush'],
    ['QuerySecurity', 'query-security'],
    ['QueryStreamInformation', 'query-streams'],
  ] as const)('reads of %s the handle', (name, kind) => {
    expect(decodeRequest(request(RequestKind[name], [[24, 8, 9]]))).toEqual({ kind, handle: 9 });
  });

  test('takes no handle of ours for one that is not', () => {
    const decoded = decodeRequest(request(RequestKind.Close, [[24, 8, 0xffff_ffff_ffff_ffffn]]));
    expect(decoded).toEqual({ kind: 'close', handle: 2 ** 64 });
  });

  test.each([
    ['a header that is cut off', Buffer.alloc(87)],
    ['a name that ends behind it', request(RequestKind.Create, [[80, 4, 0x0002_0001]])],
    ['half a character', request(RequestKind.Create, [[80, 4, 0x0003_0000]], 'ab')],
  ])('refuses %s', (_what, bytes) => {
    expect(() => decodeRequest(bytes)).toThrow(
      expect.objectContaining({ status: NtStatus.InvalidParameter }),
    );
  });

  test('takes any bytes, and gives a request or says that it is none', () => {
    const next = makeRandomBelow(42);
    for (let round = 0; round < 20_000; round++) {
      const bytes = Buffer.alloc(next(300));
      for (let at = 0; at < bytes.length; at++) bytes[at] = next(256);
      if (bytes.length >= 8) bytes.writeUInt32LE(next(24), 4);
      let kind: string | undefined;
      try {
        ({ kind } = decodeRequest(bytes));
      } catch (problem) {
        expect(problem).toMatchObject({ status: NtStatus.InvalidParameter });
        continue;
      }
      expect(kind).toEqual(expect.any(String));
    }
  });
});
