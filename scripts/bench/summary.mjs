// Medians and ratios of samples. Pure.

const OURS = 'snapmount';

/**
 * `samples` by contender. Of each contender the medians, and as `ratio` how many times ours its figure is: above 1
 * snapmount is better. `told` has the medians of what a probe said. What a contender does not have is undefined.
 */
export function summarize({ name, title, unit }, samples) {
  const medians = Object.fromEntries(
    Object.entries(samples).map(([contender, list]) => [
      contender,
      {
        value: medianOf(list, 'value'),
        cpuSeconds: medianOf(list, 'cpuSeconds'),
        peakMebibytes: medianOf(list, 'peakMebibytes'),
        ...mediansOfTold(list),
      },
    ]),
  );
  const ours = medians[OURS]?.value;
  for (const [contender, figures] of Object.entries(medians))
    if (contender !== OURS && figures.value !== undefined && ours !== undefined)
      figures.ratio = figures.value / ours;
  return { name, title, unit, medians, samples };
}

/** Of several runs of a row, which a probe has split, the one that took neither longest nor shortest. */
export function middleRun(runs) {
  const sorted = runs.toSorted((a, b) => a.total - b.total);
  return sorted[sorted.length >> 1];
}

function mediansOfTold(samples) {
  const [first] = samples;
  if (first?.told === undefined) return {};
  const told = samples.map((sample) => sample.told);
  return {
    told: Object.fromEntries(Object.keys(first.told).map((figure) => [figure, medianOf(told, figure)])),
  };
}

function medianOf(samples, figure) {
  const values = samples.map((sample) => sample[figure]).filter((value) => value !== undefined);
  if (values.length === 0) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
