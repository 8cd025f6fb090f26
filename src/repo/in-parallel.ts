/** Runs one task an item, a few at once. Knows nothing of what the tasks do. */

/**
 * Calls `task` for every item, at most `limit` at once. Rejects with the first failure, after the tasks that
 * were under way have ended; no further one is started then.
 */
export async function inParallel<Item>(
  limit: number,
  items: Iterable<Item>,
  task: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = items[Symbol.iterator]();
  let failed = false;
  async function takeTurns(): Promise<void> {
    for (let next = queue.next(); !next.done && !failed; next = queue.next()) {
      try {
        await task(next.value);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  }
  const lanes = await Promise.allSettled(Array.from({ length: limit }, takeTurns));
  const failure = lanes.find((lane) => lane.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
}
