import { afterEach, describe, expect, test } from 'vitest';
import { blankAttributes } from '../../attributes.ts';
import type { View } from '../../node.ts';
import { changingFolder, file, folder, memoryView } from '../../testing/memory-view.ts';
import { WalkAhead } from '../ahead/walk-ahead.ts';
import { Call } from '../call.ts';
import { Handles } from '../handles.ts';
import { InodeTable } from '../inode-table.ts';
import { RecentFiles } from '../recent-files.ts';
import { ReplyTurns } from '../reply-turns.ts';
import { type DeviceOverFile, deviceOverFile } from '../testing/device-over-file.ts';
import { bytes, RECORDED } from '../testing/recorded-requests.ts';
import { WireReader, WireWriter } from '../wire/cursor.ts';
import { decodeRequest } from '../wire/request.ts';
import type { OperationContext } from './context.ts';
import { answer } from './dispatch.ts';
import { Validities } from './validity.ts';

const YEAR = 365 * 24 * 3600 * 1000;

/** What is asked of a root that holds `file`, `folder` and `changes`, and where the answers' times begin. */
const REQUESTS = {
  'a file': { message: named('file'), read: entryTimes },
  'a folder': { message: named('folder'), read: entryTimes },
  'a folder that changes': { message: named('changes'), read: entryTimes },
  'a missing name': { message: named('missing'), read: entryTimes },
  'attributes of the root': { message: RECORDED.getattr, read: attributeTimes },
  'a listing': { message: atRoot(RECORDED.readdirplus), read: listingTimes },
};

describe('the kernel may believe', () => {
  let made: DeviceOverFile;
  afterEach(() => made.close());

  test.each<[longest: number | undefined, asked: keyof typeof REQUESTS, changes: boolean, times: number[]]>([
    [undefined, 'a file', false, [YEAR, YEAR]],
    [undefined, 'a file', true, [1000, 1000]],
    [undefined, 'a folder that changes', false, [YEAR, 1000]],
    [undefined, 'a missing name', false, [YEAR, 0]],
    [undefined, 'attributes of the root', false, [YEAR]],
    [undefined, 'attributes of the root', true, [1000]],
    [100, 'a file', false, [100, 100]],
    [100, 'a file', true, [100, 100]],
    [100, 'a folder', false, [100, 100]],
    [100, 'a folder that changes', false, [100, 100]],
    [100, 'a missing name', false, [100, 0]],
    [100, 'attributes of the root', false, [100]],
    [100, 'attributes of the root', true, [100]],
    [100, 'a listing', false, [100, 100, 100, 100, 100, 100]],
    [100, 'a listing', true, [100, 100, 100, 100, 100, 100]],
    [2500.5, 'a file', false, [2500.5, 2500.5]],
    [2500.5, 'a file', true, [1000, 1000]],
  ])('for at most %s ms %s, in a folder that changes: %s', async (longest, asked, changes, times) => {
    const entries = { file: file(''), folder: folder({}), changes: changingFolder({}) };
    const view = memoryView(changes ? changingFolder(entries) : folder(entries));
    const { message, read } = REQUESTS[asked];
    expect(read(await replyTo(message, await makeContext(view, longest)))).toEqual(times);
  });

  async function replyTo(message: Uint8Array, context: OperationContext): Promise<WireReader> {
    made = deviceOverFile([]);
    const request = decodeRequest(message);
    await answer(context, request, new Call(made.device, request.unique, new WireWriter(4096)));
    // Behind struct fuse_out_header.
    return new WireReader(made.written()).skip(16);
  }

  async function makeContext(view: View, longest: number | undefined): Promise<OperationContext> {
    const fail = (line: string) => expect.fail(line);
    const inodes = new InodeTable(view.root);
    const directories: OperationContext['directories'] = new Handles();
    // Handle 1, as the recorded listing has it.
    const slot = await inodes.pin({ high: 0, low: 1 }, new AbortController().signal);
    directories.add({ slot, style: { name: 'full', mark: -1 } });
    return {
      view,
      inodes,
      files: new RecentFiles(),
      directories,
      validities: new Validities(longest),
      ahead: new WalkAhead(),
      replies: new ReplyTurns(),
      process: new Uint8Array(),
      attributes: blankAttributes(),
      reporter: { warn: fail, note: fail, detail: fail, progress: () => {} },
    };
  }
});

/** struct fuse_entry_out: entry, attributes. */
function entryTimes(reply: WireReader): number[] {
  const [entry, attributes] = [reply.skip(16).u53(), reply.u53()];
  return [entry, attributes].map((seconds) => seconds * 1000 + reply.u32() / 1e6);
}

/** struct fuse_attr_out. */
function attributeTimes(reply: WireReader): number[] {
  return [reply.u53() * 1000 + reply.u32() / 1e6];
}

/** Three of struct fuse_direntplus, whose entry is 128 bytes, and whose names take 8 bytes each. */
function listingTimes(reply: WireReader): number[] {
  return [1, 2, 3].flatMap(() => {
    const times = entryTimes(reply);
    reply.skip(128 - 40 + 24 + 8);
    return times;
  });
}

function named(name: string): Uint8Array {
  const body = Buffer.from(`${name}\0`);
  const length = (40 + body.length).toString(16).padStart(2, '0');
  return bytes(
    `${length}000000 01000000 1c00000000000000 0100000000000000`,
    '00'.repeat(16),
    body.toString('hex'),
  );
}

/** From the first entry on. */
function atRoot(readdirplus: Uint8Array): Uint8Array {
  const message = readdirplus.slice();
  message[48] = 2;
  return message;
}
