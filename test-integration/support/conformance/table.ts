/** Collects which driver passed which case, and prints it as a table. */

import type { TestContext } from 'vitest';

const MARKS: Readonly<Record<string, string>> = { pass: 'yes', fail: 'NO' };

export class ResultTable {
  readonly #cases = new Map<string, Map<string, string>>();
  readonly #drivers: readonly string[];

  constructor(drivers: readonly string[]) {
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
    const rows = [...this.#cases].map(([name, results]) =>
      row(
        name,
        this.#drivers.map((driver) => results.get(driver) ?? '-'),
      ),
    );
    return [row('case', this.#drivers), ...rows, ''].join('\n');
  }
}
