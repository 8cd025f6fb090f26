// Medians and ratios of samples, and their table. The ratio is the other program's figure over snapmount's: above 1
// snapmount is better.

/** `samples` by contender, each { value, cpuSeconds, peakMebibytes }. */
export function summarize({ name, title, unit }, samples) {
  const medians = Object.fromEntries(
    Object.entries(samples).map(([contender, list]) => [
      contender,
      {
        value: median(list.map((sample) => sample.value)),
        cpuSeconds: median(list.map((sample) => sample.cpuSeconds)),
        peakMebibytes: median(list.map((sample) => sample.peakMebibytes)),
      },
    ]),
  );
  return { name, title, unit, ratio: medians.restic.value / medians.snapmount.value, medians, samples };
}

export function printTable(summaries, contenders) {
  const versions = contenders.map((contender) => `${contender.name}: ${contender.version()}`);
  const heads = ['row', 'restic', 'snapmount', 'ratio', 'CPU s', '', 'peak MiB', ''];
  const lines = [heads, ...summaries.map(cells)];
  const widths = heads.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const text = lines.map((line) =>
    line
      .map((cell, column) => pad(cell, widths[column], column))
      .join('  ')
      .trimEnd(),
  );
  process.stdout.write(
    `${[...versions, '', ...text, '', 'CPU and peak: restic, then snapmount'].join('\n')}\n`,
  );
}

function cells({ title, unit, ratio, medians: { restic, snapmount } }) {
  const figure = ({ value }) => `${value.toFixed(value < 10 ? 2 : 0)} ${unit}`;
  return [
    title,
    figure(restic),
    figure(snapmount),
    ratio.toFixed(2),
    restic.cpuSeconds.toFixed(2),
    snapmount.cpuSeconds.toFixed(2),
    restic.peakMebibytes.toFixed(0),
    snapmount.peakMebibytes.toFixed(0),
  ];
}

const pad = (cell, width, column) => (column === 0 ? cell.padEnd(width) : cell.padStart(width));

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
