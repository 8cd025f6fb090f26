/** Where the layers below the commands say what a person should know. Types only; the commands implement it. */

export interface Reporter {
  /** Something is wrong and stays so: damaged data, a setting without effect. One line, no prefix. */
  warn(line: string): void;
  /** What happens, for those who want to know (not with --quiet). */
  note(line: string): void;
  /** Finer steps (with --verbose). */
  detail(line: string): void;
  /** Long work: `done` of `total` steps of `what`. Called often; shown on a terminal only. */
  progress(what: string, done: number, total: number): void;
}
