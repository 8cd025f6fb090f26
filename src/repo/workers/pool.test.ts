import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { WorkerPool } from './pool.ts';

type Job = { readonly what: string } & Record<string, unknown>;

const ENTRY = new URL('./testing/test-thread.mjs', import.meta.url);
const never = new AbortController().signal;
const pools: WorkerPool<Job, unknown>[] = [];

function createPool(threads: number, workerData: unknown = {}): WorkerPool<Job, unknown> {
  const pool = new WorkerPool<Job, unknown>({ entry: ENTRY, name: 'test', workerData, threads });
  pools.push(pool);
  return pool;
}

function counter(): { buffer: SharedArrayBuffer; value(): number } {
  const buffer = new SharedArrayBuffer(4);
  return { buffer, value: () => Atomics.load(new Int32Array(buffer), 0) };
}

function idOf(answer: unknown): number {
  return (answer as { threadId: number }).threadId;
}

/** Which threads have started is seen by who answers. */
async function allStarted(pool: WorkerPool<Job, unknown>, threads: number): Promise<void> {
  for (const seen = new Set<number>(); seen.size < threads; ) {
    const answers = Array.from({ length: 30 }, () => pool.run({ what: 'whoAmI' }, [], never));
    for (const answer of await Promise.all(answers)) seen.add(idOf(answer));
  }
}

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

describe('WorkerPool', () => {
  test('moves buffers there and back instead of copying them', async () => {
    const bytes = new Uint8Array([1, 2, 3]);
    const result = createPool(1).run({ what: 'reverse', bytes }, [bytes.buffer], never);
    expect(await result).toEqual(new Uint8Array([3, 2, 1]));
    expect(bytes.length).toBe(0);
  });

  test('gives threads their data, and nothing of the environment or the arguments', async () => {
    process.env.POOL_TEST_SECRET = 'hidden';
    const answer = await createPool(1, { key: new Uint8Array([7]) }).run({ what: 'whoAmI' }, [], never);
    delete process.env.POOL_TEST_SECRET;
    expect(answer).toMatchObject({ workerData: { key: new Uint8Array([7]) }, environment: {}, execArgv: [] });
  });

  test('answers every one of many jobs and uses all its threads', async () => {
    const pool = createPool(3);
    const { buffer, value } = counter();
    const job = { what: 'work', milliseconds: 1, counter: buffer };
    await Promise.all(Array.from({ length: 300 }, () => pool.run(job, [], never)));
    expect(value()).toBe(300);
    const work = Array.from({ length: 60 }, () => pool.run({ what: 'whoAmI' }, [], never));
    const ids = (await Promise.all(work)).map(idOf);
    expect(new Set(ids).size).toBe(3);
  });

  test('does jobs that stay together on one thread, and on another while that has other work', async () => {
    const pool = createPool(3);
    pool.warmUp();
    const work = { what: 'work', counter: counter().buffer };
    await allStarted(pool, 3);
    const together = () => pool.run({ what: 'whoAmI' }, [], never, 'together');
    const first = await Promise.all(Array.from({ length: 60 }, together));
    expect(new Set(first.map(idOf)).size).toBe(1);
    // All are idle, so the first gets it: the one that has the others too.
    const busy = pool.run({ ...work, milliseconds: 200 }, [], never);
    const elsewhere = await Promise.all(Array.from({ length: 60 }, together));
    expect(new Set(elsewhere.map(idOf)).size).toBe(1);
    expect(idOf(elsewhere[0])).not.toBe(idOf(first[0]));
    await busy;
    expect(idOf(await together())).toBe(idOf(first[0]));
  });

  test('lets another thread help with jobs that stay together when they are very many', async () => {
    const pool = createPool(2);
    pool.warmUp();
    await allStarted(pool, 2);
    const jobs = Array.from({ length: 100 }, () => pool.run({ what: 'whoAmI' }, [], never, 'together'));
    expect(new Set((await Promise.all(jobs)).map(idOf)).size).toBe(2);
  });

  test('starts no thread before there is work, unless told to warm up, and then all', async () => {
    const disposed = counter();
    const idle = createPool(4, { disposed: disposed.buffer });
    await idle.close();
    expect(disposed.value()).toBe(0);
    const warm = createPool(4, { disposed: disposed.buffer });
    warm.warmUp();
    warm.warmUp();
    await warm.run({ what: 'whoAmI' }, [], never);
    await warm.close();
    expect(disposed.value()).toBe(4);
  });

  test('rejects with what a job threw, and goes on', async () => {
    const pool = createPool(1);
    await expect(pool.run({ what: 'fail', message: 'No such thing' }, [], never)).rejects.toMatchObject({
      name: 'WorkerError',
      code: 'failed',
      message: 'No such thing',
    });
    await expect(pool.run({ what: 'unsendable' }, [], never)).rejects.toMatchObject({ code: 'failed' });
    await expect(pool.run({ what: 'fail', message: () => 0 }, [], never)).rejects.toMatchObject({
      code: 'failed',
      message: /cannot be given a job/,
    });
    expect(await pool.run({ what: 'reverse', bytes: new Uint8Array(1) }, [], never)).toHaveLength(1);
  });

  test('replaces a thread that ends in the middle of a job, and says so to whose job it was', async () => {
    const pool = createPool(1);
    const before = await pool.run({ what: 'whoAmI' }, [], never);
    const crashing = pool.run({ what: 'exit' }, [], never);
    const waitingInThread = Promise.allSettled(
      Array.from({ length: 3 }, () => pool.run({ what: 'whoAmI' }, [], never)),
    );
    const waitingForTurn = pool.run({ what: 'whoAmI' }, [], never);
    const expected = { code: 'crashed', message: 'A test thread ended unexpectedly: exit code 7' };
    await expect(crashing).rejects.toMatchObject(expected);
    for (const job of await waitingInThread) expect(job).toMatchObject({ reason: expected });
    expect(idOf(await waitingForTurn)).not.toBe(idOf(before));
  });

  test('replaces a thread that breaks between two jobs', async () => {
    const pool = createPool(1);
    const before = await pool.run({ what: 'whoAmI' }, [], never);
    const last = pool.run({ what: 'breakAfterwards' }, [], never);
    const behind = pool.run({ what: 'whoAmI' }, [], never);
    expect(await last).toBeUndefined();
    await expect(behind).rejects.toMatchObject({ code: 'crashed', message: /Out of order$/ });
    expect(idOf(await pool.run({ what: 'whoAmI' }, [], never))).not.toBe(idOf(before));
  });

  test('answers every job where no thread can start', async () => {
    const pool = createPool(3, { refuseToStart: true });
    const jobs = Array.from({ length: 5 }, () => pool.run({ what: 'whoAmI' }, [], never));
    for (const job of await Promise.allSettled(jobs)) {
      expect(job).toMatchObject({
        status: 'rejected',
        reason: { code: 'crashed', message: 'A test thread could not start: Nothing to serve with' },
      });
    }
  });

  test('gives up a queued job on abort, and never does it', async () => {
    const pool = createPool(1);
    const { buffer, value } = counter();
    const work = { what: 'work', milliseconds: 30, counter: buffer };
    const busy = [pool.run(work, [], never), pool.run(work, [], never)];
    const abort = new AbortController();
    const queued = pool.run(work, [], abort.signal);
    abort.abort(new Error('Changed my mind'));
    await expect(queued).rejects.toThrow('Changed my mind');
    await Promise.all(busy);
    await pool.close();
    expect(value()).toBe(2);
  });

  test('rejects a job that a thread has only when it is done with it, and does not mix up the answers after', async () => {
    const pool = createPool(1);
    const { buffer, value } = counter();
    await pool.run({ what: 'whoAmI' }, [], never);
    const abort = new AbortController();
    const running = pool.run({ what: 'work', milliseconds: 50, counter: buffer }, [], abort.signal);
    abort.abort();
    await expect(running).rejects.toBe(abort.signal.reason);
    expect(value()).toBe(1);
    expect(await pool.run({ what: 'reverse', bytes: new Uint8Array([4, 5]) }, [], never)).toEqual(
      new Uint8Array([5, 4]),
    );
  });

  test('refuses a job whose signal has aborted already', async () => {
    const signal = AbortSignal.abort(new Error('Too late'));
    await expect(createPool(1).run({ what: 'whoAmI' }, [], signal)).rejects.toThrow('Too late');
  });

  test('leaves no listeners behind on a signal that lives long, and no warning of many', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.on('warning', note);
    const pool = createPool(2);
    const { signal } = new AbortController();
    let listeners = 0;
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (...args: Parameters<AbortSignal['addEventListener']>) => {
      listeners++;
      addEventListener.apply(signal, args);
    };
    signal.removeEventListener = (...args: Parameters<AbortSignal['removeEventListener']>) => {
      listeners--;
      removeEventListener.apply(signal, args);
    };
    await Promise.all(Array.from({ length: 50 }, () => pool.run({ what: 'whoAmI' }, [], signal)));
    process.off('warning', note);
    expect(listeners).toBe(0);
    expect(warnings).toEqual([]);
  });

  test('closes after the jobs under way, rejects the queued ones, disposes each thread and takes no more', async () => {
    const disposed = counter();
    const done = counter();
    const pool = createPool(1, { disposed: disposed.buffer });
    const work = { what: 'work', milliseconds: 20, counter: done.buffer };
    await pool.run(work, [], never);
    const jobs = Promise.allSettled(Array.from({ length: 6 }, () => pool.run(work, [], never)));
    await pool.close();
    const statuses = (await jobs).map((job) => job.status);
    expect(statuses).toEqual([...Array<string>(4).fill('fulfilled'), 'rejected', 'rejected']);
    expect((await jobs)[5]).toMatchObject({ reason: { code: 'closed' } });
    expect([done.value(), disposed.value()]).toEqual([5, 1]);
    await expect(pool.run(work, [], never)).rejects.toMatchObject({ code: 'closed' });
    await pool.close();
  });

  test('closes a thread that is still starting as one that has started', async () => {
    const disposed = counter();
    const pool = createPool(2, { disposed: disposed.buffer });
    pool.warmUp();
    await pool.close();
    expect(disposed.value()).toBe(2);
  });

  test('lets the process end with idle threads, and not with a job under way', async () => {
    const program = `
      import { WorkerPool } from '${new URL('../../../dist/repo/workers/pool.js', import.meta.url).href}';
      const pool = new WorkerPool({ entry: new URL('${ENTRY.href}'), name: 'test', workerData: {}, threads: 2 });
      pool.warmUp();
      const signal = new AbortController().signal;
      const bytes = new Uint8Array([1, 2]);
      pool.run({ what: 'reverse', bytes }, [], signal).then((result) => console.log('done', result));`;
    const run = promisify(execFile);
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program], {
      timeout: 10_000,
    });
    expect(stdout).toContain('done');
  });
});
