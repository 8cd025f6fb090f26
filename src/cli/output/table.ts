/** Columns of text for a terminal: cells of several lines, widths in terminal cells. Knows nothing of snapshots. Pure. */

const SEPARATOR = '  ';

// Characters that take two cells (East Asian wide and full-width, emoji) and none (marks on the one before).
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]/u;
const MARK = /\p{Mn}|\p{Me}|\p{Cf}/u;

export interface TableText {
  readonly header: string;
  /** As wide as the table. */
  readonly rule: string;
  /** A row's lines, without their ends. */
  readonly rows: readonly (readonly string[])[];
}

/** Every row has a cell for each heading; a cell is its lines. */
export function layOutTable(
  headings: readonly string[],
  rows: readonly (readonly (readonly string[])[])[],
): TableText {
  const widths = headings.map((heading, column) => {
    const cells = rows.flatMap((row) => row[column] ?? []);
    return cells.reduce((widest, line) => Math.max(widest, displayWidth(line)), displayWidth(heading));
  });
  const total = widths.reduce((sum, width) => sum + width, (widths.length - 1) * SEPARATOR.length);
  return {
    header: layOutLine(headings, widths),
    rule: '-'.repeat(total),
    rows: rows.map((row) => layOutRow(row, widths)),
  };
}

export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += WIDE.test(character) ? 2 : MARK.test(character) ? 0 : 1;
  return width;
}

function layOutRow(row: readonly (readonly string[])[], widths: readonly number[]): string[] {
  const height = row.reduce((most, cell) => Math.max(most, cell.length), 1);
  return Array.from({ length: height }, (_, line) =>
    layOutLine(
      row.map((cell) => cell[line] ?? ''),
      widths,
    ),
  );
}

function layOutLine(texts: readonly string[], widths: readonly number[]): string {
  const padded = texts.map(
    (text, column) => text + ' '.repeat(Math.max(0, (widths[column] ?? 0) - displayWidth(text))),
  );
  return padded.join(SEPARATOR).trimEnd();
}
