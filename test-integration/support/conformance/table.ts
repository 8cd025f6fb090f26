/** Collects which driver passed which case, and prints it as a table. */

import type { TestContext } from 'vitest';

const MARKS: Readonly<Record<string, string>> = { pass: 'yes', fail: 'NO' };

/** A driver, and what is to be known of it below the table. */
export interface Column {
  readonly name: string;
  readonly notes: readonly string[];
}

export class ResultTable {
  readonly #cases = new Map<string, Map<string, string>>();
  readonly #drivers: readonly Column[];

  constructor(drivers: readonly Column[]) {
    this.#drivers = drivers;
  }

  /** For `afterEach`. */
  record(driver: string, { task }: Pick<TestContext, 'task'>): void {
    const results = this.#cases.get(task.name) ?? new Map<string, string>();
    results.set(driver, MARKS[task.result?.state ?? ''] ?? 'yes');
    this.#cases.set(task.name, results);
  }

  text(): string {
    const width = Math.max(...[...this.#cases.keys()].map((name) => name.length), 'case'.length);
    const row = (name: string, cells: readonly string[]): string =>
      `${name.padEnd(width)}  ${cells.map((cell) => cell.padEnd(12)).join('')}`.trimEnd();
    const names = this.#drivers.map(({ name }) => name);
    const rows = [...this.#cases].map(([name, results]) =>
      row(
        name,
        names.map((driver) => results.get(driver) ?? '-'),
      ),
    );
    const isWhole = [...this.#cases.values()].every((results) => results.size === names.length);
    const notes = this.#drivers.flatMap(({ name, notes }) => notes.map((note) => `${name}: ${note}`));
    if (!isWhole) notes.push('-: not run, since this machine lacks what the driver needs');
    return [row('case', names), ...rows, '', ...notes, ''].join('\n');
  }
}
