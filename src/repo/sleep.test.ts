import { expect, test } from 'vitest';
import { sleep } from './sleep.ts';

test('sleep rejects with the reason of its signal', async () => {
  const leaving = new AbortController();
  const sleeping = sleep(60_000, leaving.signal);
  const reason = new Error('gone');
  leaving.abort(reason);
  await expect(sleeping).rejects.toBe(reason);
  await expect(sleep(0, leaving.signal)).rejects.toBe(reason);
  await sleep(0, new AbortController().signal);
});
