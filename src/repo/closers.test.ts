import { describe, expect, test } from 'vitest';
import { Closers } from './closers.ts';

describe('Closers', () => {
  test('runs its steps last first, each after the one before has ended', async () => {
    const order: string[] = [];
    const closers = new Closers();
    for (const name of ['backend', 'threads', 'lock']) {
      closers.add(async () => {
        order.push(`${name} begins`);
        await new Promise(setImmediate);
        order.push(`${name} ends`);
      });
    }
    await closers.close();
    expect(order).toEqual(
      ['lock', 'threads', 'backend'].flatMap((name) => [`${name} begins`, `${name} ends`]),
    );
  });

  test('runs all steps though one fails, and says what failed', async () => {
    const done: string[] = [];
    const closers = new Closers();
    closers.add(async () => void done.push('backend'));
    closers.add(() => Promise.reject(new Error('threads fail')));
    await expect(closers.close()).rejects.toThrow('threads fail');
    expect(done).toEqual(['backend']);
  });

  test('closes once, however often it is asked', async () => {
    let times = 0;
    const closers = new Closers();
    closers.add(async () => void times++);
    await Promise.all([closers.close(), closers.close()]);
    expect(times).toBe(1);
  });
});
