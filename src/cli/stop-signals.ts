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
  on(signal: NodeJS.Signals, listener: Listener): unknown;
  off(signal: NodeJS.Signals, listener: Listener): unknown;
}

const STANDARD_DESCRIPTORS = [0, 1, 2] as const;

type Listener = (signal: NodeJS.Signals) => void;

export class StopSignals implements StopRequests {
  readonly #first = new AbortController();
  readonly #second = new AbortController();
  readonly #source: SignalSource;
  readonly #isTerminal: (descriptor: number) => boolean;
  readonly #terminals: readonly number[];
  readonly #listeners: readonly (readonly [NodeJS.Signals, Listener])[];
  #hungUp = false;

  constructor(
    source: SignalSource = process,
    isTerminal: (descriptor: number) => boolean = isatty,
    platform: NodeJS.Platform = process.platform,
  ) {
    this.#source = source;
    this.#isTerminal = isTerminal;
    // Everything that waits in this process listens to them: that is no leak.
    setMaxListeners(0, this.#first.signal, this.#second.signal);
    this.#terminals = STANDARD_DESCRIPTORS.filter(isTerminal);
    this.#listeners = platform === 'win32' ? this.#windowsListeners() : this.#posixListeners();
    for (const [signal, listener] of this.#listeners) source.on(signal, listener);
  }

  get first(): AbortSignal {
    return this.#first.signal;
  }

  get second(): AbortSignal {
    return this.#second.signal;
  }

  /** Whether the terminal that this process began with has gone. Never on Windows, which ends the process itself. */
  get hungUp(): boolean {
    return this.#hungUp;
  }

  /** Gives the signals their default effect back. */
  dispose(): void {
    for (const [signal, listener] of this.#listeners) this.#source.off(signal, listener);
  }

  #posixListeners(): readonly (readonly [NodeJS.Signals, Listener])[] {
    return [
      ['SIGINT', this.#request],
      ['SIGTERM', this.#request],
      ['SIGHUP', this.#hangUp],
    ];
  }

  /** SIGBREAK is Ctrl-Break. SIGHUP says that the console is being closed: Windows ends the process 5 seconds later. */
  #windowsListeners(): readonly (readonly [NodeJS.Signals, Listener])[] {
    return (['SIGINT', 'SIGTERM', 'SIGBREAK', 'SIGHUP'] as const).map((signal) => [signal, this.#request]);
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
    if (this.#hungUp) this.#request(signal);
  };
}
