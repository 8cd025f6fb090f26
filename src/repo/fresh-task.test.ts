import { describe, expect, test } from 'vitest';
import { FreshTask } from './fresh-task.ts';

const never = new AbortController().signal;

/** A task that ends when told to. */
function makeTask() {
  const runs: { signal: AbortSignal; fulfil: (value: string) => void; reject: (error: Error) => void }[] = [];
  const task = new FreshTask<string>(
    (signal) => new Promise((fulfil, reject) => void runs.push({ signal, fulfil, reject })),
  );
  return { task, runs };
}

async function turn(): Promise<void> {
  await new Promise(setImmediate);
}

describe('FreshTask', () => {
  test('gives those who ask during a run one more run, which they share', async () => {
    const { task, runs } = makeTask();
    const first = task.run(never);
    const late = Promise.all([task.run(never), task.run(never)]);
    expect(runs).toHaveLength(1);
    runs[0]?.fulfil('old');
    expect(await first).toBe('old');
    await turn();
    expect(runs).toHaveLength(2);
    runs[1]?.fulfil('new');
    expect(await late).toEqual(['new', 'new']);
  });

  test('runs again for those who asked during a run that failed', async () => {
    const { task, runs } = makeTask();
    const first = task.run(never);
    const late = task.run(never);
    runs[0]?.reject(new Error('broken'));
    await expect(first).rejects.toThrow('broken');
    await turn();
    runs[1]?.fulfil('done');
    expect(await late).toBe('done');
  });

  test('lets a caller go and goes on', async () => {
    const { task, runs } = makeTask();
    const leaving = new AbortController();
    const left = task.run(leaving.signal);
    leaving.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    expect(runs[0]?.signal.aborted).toBe(false);
    runs[0]?.fulfil('done');
    await turn();
    await expect(task.run(leaving.signal)).rejects.toThrow('gone');
    expect(runs).toHaveLength(1);
  });

  test('ends its runs when it is closed, waits for them, and starts no other', async () => {
    const { task, runs } = makeTask();
    const outcomes = Promise.allSettled([task.run(never), task.run(never)]);
    let closed = false;
    const closing = task.close().then(() => {
      closed = true;
    });
    await turn();
    expect(runs[0]?.signal.aborted).toBe(true);
    expect(closed).toBe(false);
    runs[0]?.reject(new Error('ended'));
    await closing;
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(runs).toHaveLength(1);
    await expect(task.run(never)).rejects.toMatchObject({ code: 'lost' });
  });
});
