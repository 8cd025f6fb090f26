// A clock for the lock's life that runs some thousand times as fast as time does: it moves with every tick of one real
// timer, which stands only while somebody waits. It stops while the storage really works for its owner, so that a slow
// disk looks no slower than it is.

const TICK_MS = 1;
const STEP_MS = 3_000;

const running = new Set();
let ticker;

export class FastClock {
  #now = Date.now();
  #waiters = new Set();
  #working = 0;

  now() {
    return this.#now;
  }

  /** Rejects with `signal.reason` when it aborts. */
  wait(milliseconds, signal) {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const end = (settle, value) => {
        this.#waiters.delete(waiter);
        if (this.#waiters.size === 0) stop(this);
        signal?.removeEventListener('abort', abort);
        settle(value);
      };
      const abort = () => end(reject, signal.reason);
      const waiter = { at: this.#now + milliseconds, wake: () => end(resolve) };
      signal?.addEventListener('abort', abort);
      this.#waiters.add(waiter);
      start(this);
    });
  }

  /** Lets no time pass while `work` is under way. */
  async during(work) {
    this.#working++;
    try {
      return await work();
    } finally {
      this.#working--;
    }
  }

  tick() {
    if (this.#working > 0) return;
    this.#now += STEP_MS;
    for (const waiter of [...this.#waiters].sort((a, b) => a.at - b.at)) {
      if (waiter.at <= this.#now) waiter.wake();
    }
  }
}

function start(clock) {
  running.add(clock);
  ticker ??= setInterval(() => {
    for (const each of [...running]) each.tick();
  }, TICK_MS);
}

function stop(clock) {
  running.delete(clock);
  if (running.size > 0) return;
  clearInterval(ticker);
  ticker = undefined;
}
