import { describe, expect, test } from 'vitest';
import { SharedTask } from './shared-task.ts';

const never = new AbortController().signal;

/** A task that ends when told to. */
function makeTask() {
  const runs: { signal: AbortSignal; fulfil: (value: string) => void; reject: (error: Error) => void }[] = [];
  const task = new SharedTask<string>(
    (signal) => new Promise((fulfil, reject) => void runs.push({ signal, fulfil, reject })),
  );
  return { task, runs };
}

describe('SharedTask', () => {
  test('joins callers while it runs, and runs again after that', async () => {
    const { task, runs } = makeTask();
    const both = Promise.all([task.join(never), task.join(never)]);
    expect(runs).toHaveLength(1);
    runs[0]?.fulfil('done');
    expect(await both).toEqual(['done', 'done']);
    const again = task.join(never);
    expect(runs).toHaveLength(2);
    runs[1]?.fulfil('again');
    expect(await again).toBe('again');
  });

  test('gives a failure to all who wait, and keeps none', async () => {
    const { task, runs } = makeTask();
    const outcomes = Promise.allSettled([task.join(never), task.join(never)]);
    const failure = new Error('broken');
    runs[0]?.reject(failure);
    expect(await outcomes).toEqual([
      { status: 'rejected', reason: failure },
      { status: 'rejected', reason: failure },
    ]);
    void task.join(never);
    expect(runs).toHaveLength(2);
  });

  test('lets one caller go and serves the other', async () => {
    const { task, runs } = makeTask();
    const leaving = new AbortController();
    const left = task.join(leaving.signal);
    const stayed = task.join(never);
    leaving.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    expect(runs[0]?.signal.aborted).toBe(false);
    runs[0]?.fulfil('done');
    expect(await stayed).toBe('done');
  });

  test('is aborted when the last caller goes, and the next starts another', async () => {
    const { task, runs } = makeTask();
    const leaving = new AbortController();
    const left = task.join(leaving.signal);
    leaving.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    expect(runs[0]?.signal.aborted).toBe(true);
    const next = task.join(never);
    expect(runs).toHaveLength(2);
    // The abandoned run ends late and harms nobody.
    runs[0]?.reject(new Error('aborted'));
    runs[1]?.fulfil('second');
    expect(await next).toBe('second');
  });

  test('does not start for a caller who is gone already', async () => {
    const { task, runs } = makeTask();
    await expect(task.join(AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
    expect(runs).toHaveLength(0);
  });
});
