import { describe, expect, test } from 'vitest';
import { ReplyTurns } from './reply-turns.ts';

const MEBIBYTE = 1024 * 1024;

/** In which turn of the event loop each of these replies could be sent, counted from 0. */
async function turnsOf(sizes: readonly number[]): Promise<number[]> {
  const replies = new ReplyTurns();
  const turns: number[] = [];
  let turn = 0;
  let counting = setImmediate(function count() {
    turn++;
    counting = setImmediate(count);
  });
  const send = async (size: number, reply: number) => {
    await replies.take(size);
    turns[reply] = turn;
  };
  await Promise.all(sizes.map(send));
  clearImmediate(counting);
  return turns;
}

describe('ReplyTurns', () => {
  test.each([
    ['sends what is small in the same turn', Array<number>(100).fill(4096), Array<number>(100).fill(0)],
    ['sends one large reply at once', [MEBIBYTE], [0]],
    ['sends what is larger than a turn has room for', [8 * MEBIBYTE, 1], [0, 1]],
    ['spreads large replies, in their order', Array<number>(7).fill(MEBIBYTE), [0, 0, 1, 1, 2, 2, 3]],
  ])('%s', async (_, sizes, turns) => {
    expect(await turnsOf(sizes)).toEqual(turns);
  });

  test('has room again in a later turn though nobody waited', async () => {
    const replies = new ReplyTurns();
    await replies.take(8 * MEBIBYTE);
    await new Promise((next) => setImmediate(next));
    let sent = false;
    void replies.take(MEBIBYTE).then(() => {
      sent = true;
    });
    // Microtasks run before the next turn.
    await undefined;
    expect(sent).toBe(true);
  });
});
