/** What somebody asks for who wants a command to end. Types only. */

/** What a person asks for by Ctrl-C: once to stop, twice to stop waiting. */
export interface StopRequests {
  readonly first: AbortSignal;
  readonly second: AbortSignal;
}
