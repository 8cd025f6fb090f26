import { describe, expect, test } from 'vitest';
import { makeRandomBelow } from '../../testing/random.ts';
import { FsError } from '../errors.ts';
import type { Call } from './call.ts';
import { RequestTable } from './request-table.ts';
import { FakeWinFsp } from './testing/fake-winfsp.ts';
import { statusOf, VolumeClient } from './testing/volume-client.ts';
import { RequestKind } from './wire/constants.ts';
import { NtStatus, StatusError } from './wire/nt-status.ts';
import type { Request } from './wire/request.ts';

type Answer = (request: Request, call: Call) => Promise<void> | void;

function serve(answer: Answer) {
  const winfsp = new FakeWinFsp();
  const problems: string[] = [];
  const parts: { table?: RequestTable } = {};
  const volume = winfsp.createVolume(new Uint8Array(), {
    take: (request) => parts.table!.take(request),
    stopped: () => {},
  });
  const table = new RequestTable(volume, { answer, problem: (line) => problems.push(line) });
  parts.table = table;
  return { winfsp, table, problems, client: new VolumeClient(winfsp) };
}

async function statusFor(answer: Answer, kind: number = RequestKind.QueryInformation) {
  const { client, winfsp, problems } = serve(answer);
  const { response } = await client.ask(kind);
  // What the operation does after the answer must do no harm either.
  await new Promise((resolve) => setImmediate(resolve));
  expect(winfsp.violations).toEqual([]);
  expect(winfsp.unanswered).toBe(0);
  return { status: statusOf(response), problems };
}

const later = () => new Promise<void>((resolve) => setImmediate(resolve));

async function succeedLater(_request: Request, call: Call): Promise<void> {
  await later();
  call.succeed();
}

function answerTwice(_request: Request, call: Call): void {
  call.succeed();
  call.fail(NtStatus.EndOfFile);
}

describe('a request is answered once, whatever its operation does', () => {
  test.each<[string, Answer, number, number]>([
    ['answers at once', (_request, call) => void call.succeed(), NtStatus.Success, 0],
    ['answers later', succeedLater, NtStatus.Success, 0],
    ['answers twice', answerTwice, NtStatus.Success, 0],
    ['forgets to answer', () => {}, NtStatus.InternalError, 0],
    ['forgets to answer after a while', later, NtStatus.InternalError, 0],
    [
      'throws a status',
      () => {
        throw new StatusError(NtStatus.EndOfFile);
      },
      NtStatus.EndOfFile,
      0,
    ],
    [
      'rejects with an error of the view',
      () => Promise.reject(new FsError('EIO')),
      NtStatus.IoDeviceError,
      0,
    ],
    [
      'throws what nobody expects',
      () => {
        throw new TypeError('undefined is no function');
      },
      NtStatus.InternalError,
      1,
    ],
    ['rejects with what is no error', () => Promise.reject('text'), NtStatus.InternalError, 1],
    [
      'answers and then fails',
      async (_request, call) => {
        call.succeed();
        throw new TypeError('too late');
      },
      NtStatus.Success,
      1,
    ],
    ['begins an answer and leaves it', (_request, call) => void call.begin(), NtStatus.InternalError, 0],
    [
      'answers with more than there is room for',
      (_request, call) => void call.begin().buffer(new Uint8Array(20_000)),
      NtStatus.InternalError,
      1,
    ],
  ])('which %s', async (_what, answer, expected, problemCount) => {
    const { status, problems } = await statusFor(answer);
    expect(status).toBe(expected);
    expect(problems).toHaveLength(problemCount);
  });

  test('of every kind that there is, and of those that there are not', async () => {
    for (let kind = 0; kind <= 30; kind++) {
      const { status } = await statusFor(() => {}, kind);
      expect(status).toBe(NtStatus.InternalError);
    }
  });

  test('if an answer cannot be sent, with a failure that can', async () => {
    const { client, winfsp, problems } = serve((_request, call) => {
      winfsp.sendFailure = new Error('not now');
      try {
        call.succeed();
      } finally {
        winfsp.sendFailure = undefined;
      }
    });
    const { response } = await client.ask(RequestKind.QueryInformation);
    expect(statusOf(response)).toBe(NtStatus.InternalError);
    expect(problems).toEqual(['Answering "query-information" failed unexpectedly: not now']);
  });
});

describe('a request that is not whole is answered at once', () => {
  test.each<[string, (request: Buffer) => void]>([
    ['is shorter than its header', (request) => request.writeUInt16LE(40, 2)],
    ['has a name beyond its end', (request) => request.writeUInt16LE(200, 82)],
    ['has half a character', (request) => request.writeUInt16LE(7, 82)],
  ])('if it %s', async (_what, damage) => {
    const { table } = serve(() => {});
    const request = Buffer.alloc(88 + 16);
    request.writeUInt32LE(RequestKind.Create, 4);
    request.writeUInt16LE(request.length, 2);
    damage(request);
    expect(table.take(request)).toBe(NtStatus.InvalidParameter);
    expect(table.pending).toBe(0);
  });

  test('if it has not even a hint', () => {
    expect(serve(() => {}).table.take(new Uint8Array(4))).toBe(NtStatus.InternalError);
  });
});

describe('RequestTable', () => {
  test('keeps nothing of a request: its memory is used again at once', async () => {
    const names: string[] = [];
    const { client } = serve(async (request, call) => {
      await later();
      names.push((request as { name: string }).name);
      call.fail(NtStatus.ObjectNameNotFound);
    });
    await client.create('\\folder\\file').catch(() => {});
    expect(names).toEqual(['\\folder\\file']);
  });

  test('answers the first of two requests with one hint', async () => {
    const { client, winfsp, table, problems } = serve(succeedLater);
    const first = client.ask(RequestKind.QueryInformation);
    const again = Buffer.alloc(88);
    again.writeUInt32LE(RequestKind.QueryInformation, 4);
    again.writeUInt16LE(88, 2);
    void winfsp.transactAs(0xffff_ffff_0000_0001n, again, 0);
    expect(statusOf((await first).response)).toBe(NtStatus.Success);
    await table.drained();
    expect(winfsp.violations).toEqual([]);
    expect(problems).toEqual([`WinFsp asked twice with the hint ${0xffff_ffff_0000_0001n}`]);
  });

  test('opens nothing any more once it refuses, and lets what is open be read and closed', async () => {
    const { client, table } = serve((_request, call) => void call.succeed());
    table.refuse();
    await expect(client.create('\\file')).rejects.toMatchObject({ status: NtStatus.VolumeDismounted });
    expect(statusOf((await client.ask(RequestKind.Close)).response)).toBe(NtStatus.Success);
    expect(statusOf((await client.ask(RequestKind.Read)).response)).toBe(NtStatus.Success);
  });

  test('answers what waits when it ends, tells its operations, and touches nobody after that', async () => {
    const reasons: boolean[] = [];
    const { client, winfsp, table } = serve(async (_request, call) => {
      await new Promise((resolve) => call.signal.addEventListener('abort', resolve));
      reasons.push(call.signal.aborted);
      call.sendBytes(0x1234n, [Buffer.from('too late')]);
    });
    const reads = [client.ask(RequestKind.Read), client.ask(RequestKind.Read)];
    expect(table.pending).toBe(2);
    table.end();
    for (const { response } of await Promise.all(reads)) expect(statusOf(response)).toBe(NtStatus.Cancelled);
    await table.drained();
    expect(reasons).toEqual([true, true]);
    expect(statusOf((await client.ask(RequestKind.Close)).response)).toBe(NtStatus.VolumeDismounted);
    expect(winfsp.violations).toEqual([]);
  });

  test('counts what programs ask, but not questions for space nor what is closed', async () => {
    const { client, table } = serve((_request, call) => void call.succeed());
    for (const kind of [RequestKind.QueryVolumeInformation, RequestKind.Close, RequestKind.Cleanup]) {
      await client.ask(kind);
    }
    expect(table.accesses).toBe(0);
    await client.ask(RequestKind.Read);
    expect(table.accesses).toBe(1);
  });

  test('answers 100,000 requests that come in any order, each once', async () => {
    const next = makeRandomBelow(1);
    const { client, winfsp, table } = serve((_request, call) => {
      switch (next(4)) {
        case 0:
          return void call.succeed();
        case 1:
          return Promise.resolve().then(() => void call.succeed());
        case 2:
          return later().then(() => void call.succeed());
        default:
          return Promise.reject(new FsError('ENOENT'));
      }
    });
    for (let round = 0; round < 100; round++) {
      await Promise.all(
        Array.from({ length: 1000 }, (_, i) => client.ask((i % RequestKind.QueryStreamInformation) + 1)),
      );
    }
    await table.drained();
    expect(winfsp.answered).toBe(100_000);
    expect(winfsp.unanswered).toBe(0);
    expect(winfsp.violations).toEqual([]);
  });
});
