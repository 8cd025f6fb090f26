// The benchmark's result as text that fits 120 columns. Pure.

/** `summaries` as summarize() makes them, `splits` with the row's title and middleRun(), `contenders` in their order. */
export function formatReport({ summaries, splits, contenders }) {
  const names = contenders.map(({ name }) => name);
  const parts = [
    contenders.map(({ name, version }) => `${name}: ${version}`),
    ['Medians; in brackets how many times as much as snapmount', ...figureLines(summaries, names)],
    ['CPU seconds of what serves, and its peak memory in MiB', ...usageLines(summaries, names)],
  ];
  const blocks = blockLines(summaries);
  if (blocks.length > 1) parts.push(['Blocks of the event loop, ms', ...blocks]);
  if (splits.length > 0) parts.push(['Where the time of snapmount goes', ...splitLines(splits)]);
  return `${parts.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function figureLines(summaries, names) {
  const lines = summaries.map(({ title, unit, medians }) => [
    `${title}, ${unit}`,
    ...names.map((name) => figureCell(medians[name])),
  ]);
  return align([['', ...names], ...lines]);
}

function figureCell(figures) {
  if (figures?.value === undefined) return '-';
  const { value, ratio } = figures;
  return ratio === undefined ? short(value) : `${short(value)} (${short(ratio)})`;
}

function usageLines(summaries, names) {
  const served = names.filter((name) =>
    summaries.some(({ medians }) => medians[name]?.cpuSeconds !== undefined),
  );
  const lines = summaries.map(({ title, medians }) => [
    title,
    ...served.map((name) => usageCell(medians[name])),
  ]);
  return align([['', ...served], ...lines]);
}

function usageCell(figures) {
  if (figures?.cpuSeconds === undefined) return '-';
  return `${figures.cpuSeconds.toFixed(2)}  ${figures.peakMebibytes.toFixed(0)}`;
}

/** What probe/loop-delay.mjs tells. */
function blockLines(summaries) {
  const lines = summaries.flatMap(({ title, medians }) =>
    Object.entries(medians)
      .filter(([, { told }]) => told !== undefined)
      .map(([name, { told }]) => [
        `${title}: ${name}`,
        ...[told.longestMs, told.busyMs, told.p999Ms].map(short),
      ]),
  );
  return align([['', 'longest', 'without waiting for a processor', '99.9 % are below'], ...lines]);
}

function splitLines(splits) {
  const heads = ['', 's', 'transfer', 'decode', 'other', 'looking', 'waiting', 'decoding threads'];
  const lines = splits.map(({ title, run }) => {
    const share = (time) => `${Math.max(0, Math.round((100 * time) / run.total))} %`;
    const { total, transfer, decode, other, looking, waiting, threads } = run;
    const shares = [transfer, decode, other, looking, waiting].map(share);
    return [title, short(total / 1000), ...shares, threads.map(share).join(', ')];
  });
  return align([heads, ...lines]);
}

/** Three digits, as far as they are behind the point. */
function short(value) {
  if (value >= 100) return value.toFixed(0);
  return value.toFixed(value >= 10 ? 1 : 2);
}

/** The first column to the left, the others to the right. */
function align(lines) {
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  return lines.map((line) =>
    line
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column])))
      .join('  ')
      .trimEnd(),
  );
}
