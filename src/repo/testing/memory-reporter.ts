/** A reporter that remembers what it was told, for tests. */

import type { Reporter } from '../../report.ts';

export class MemoryReporter implements Reporter {
  readonly warnings: string[] = [];
  readonly notes: string[] = [];
  readonly details: string[] = [];

  warn(line: string): void {
    this.warnings.push(line);
  }

  note(line: string): void {
    this.notes.push(line);
  }

  detail(line: string): void {
    this.details.push(line);
  }

  progress(): void {}
}
