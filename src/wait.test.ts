import { expect, test } from 'vitest';
import { realWait } from './wait.ts';

test('realWait rejects with the reason of its signal', async () => {
  const leaving = new AbortController();
  const sleeping = realWait(60_000, leaving.signal);
  const reason = new Error('gone');
  leaving.abort(reason);
  await expect(sleeping).rejects.toBe(reason);
  await expect(realWait(0, leaving.signal)).rejects.toBe(reason);
  await realWait(0, new AbortController().signal);
});
