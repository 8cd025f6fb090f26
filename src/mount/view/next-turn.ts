/** Lets others have their turn in the midst of long work. */

/** Rejects with nothing but `signal.reason`. */
export async function nextTurn(signal: AbortSignal): Promise<void> {
  await new Promise((fulfil) => setImmediate(fulfil));
  signal.throwIfAborted();
}
