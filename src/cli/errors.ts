/** What a command rejects with when the fault is in how it was called or in the process around it. */

/** Something about the arguments, the environment or this machine. Exit code 1. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** A signal asked the command to end before it was done. It is the reason of every signal aborted by it. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  /** `SIGTERM`, or what a person pressed. */
  readonly signal: string;

  constructor(signal: string) {
    super(`Interrupted by ${signal}`);
    this.signal = signal;
  }
}

/** Whoever reads our output has closed it, as `| head` does. Nobody is left to be told about it. */
export class OutputClosed extends Error {
  override readonly name = 'OutputClosed';

  constructor(options?: ErrorOptions) {
    super('The reader of the output has gone', options);
  }
}

/** Node's own functions reject with an AbortError of theirs, and the signal's reason inside. */
export function asInterruption(error: unknown, stopped: AbortSignal): unknown {
  const isAbort = error instanceof Error && error.name === 'AbortError';
  return isAbort && stopped.aborted ? stopped.reason : error;
}
