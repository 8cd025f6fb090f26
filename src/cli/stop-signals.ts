/**
 * Signals from outside as two AbortSignals: the first asks a command to end in order, the second not to wait any
 * longer. A third meets no handler and ends the process. Knows nothing of what the commands do about them.
 */

import { setMaxListeners } from 'node:events';
import { isatty } from 'node:tty';
import type { StopRequests } from '../stop-requests.ts';
import { Interrupted } from './errors.ts';

/** The part of `process` that is needed here. */
export interface SignalSource {
  on(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
  off(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
}

const STANDARD_DESCRIPTORS = [0, 1, 2] as const;

export class StopSignals implements StopRequests {
  readonly #first = new AbortController();
  readonly #second = new AbortController();
  readonly #source: SignalSource;
  readonly #isTerminal: (descriptor: number) => boolean;
  readonly #terminals: readonly number[];
  #hungUp = false;

  constructor(source: SignalSource = process, isTerminal: (descriptor: number) => boolean = isatty) {
    this.#source = source;
    this.#isTerminal = isTerminal;
    // Everything that waits in this process listens to them: that is no leak.
    setMaxListeners(0, this.#first.signal, this.#second.signal);
    this.#terminals = STANDARD_DESCRIPTORS.filter(isTerminal);
    source.on('SIGINT', this.#request);
    source.on('SIGTERM', this.#request);
    source.on('SIGHUP', this.#hangUp);
  }

  get first(): AbortSignal {
    return this.#first.signal;
  }

  get second(): AbortSignal {
    return this.#second.signal;
  }

  /** Whether the terminal that this process began with has gone. */
  get hungUp(): boolean {
    return this.#hungUp;
  }

  /** Gives the signals their default effect back. */
  dispose(): void {
    this.#source.off('SIGINT', this.#request);
    this.#source.off('SIGTERM', this.#request);
    this.#source.off('SIGHUP', this.#hangUp);
  }

  readonly #request = (signal: NodeJS.Signals): void => {
    if (!this.#first.signal.aborted) {
      this.#first.abort(new Interrupted(signal));
      return;
    }
    this.dispose();
    this.#second.abort(new Interrupted(signal));
  };

  // `restic unlock` sends SIGHUP to the process named in a lock, to see whether it is alive, and ending then
  // would take the mount from under its users. Only a terminal that is gone asks for an end.
  readonly #hangUp = (signal: NodeJS.Signals): void => {
    this.#hungUp = this.#terminals.some((descriptor) => !this.#isTerminal(descriptor));
    if (this.#hungUp || process.platform === 'win32') this.#request(signal);
  };
}
