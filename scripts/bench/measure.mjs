// One sample: a fresh mount, the row's work, what it took, the end of the mount.

import { warm } from './data/prepare.mjs';

/**
 * Resolves with { seen, sample }. A sample has `value` and `seconds`; of the whole process tree that serves, unless
 * there is none, `cpuSeconds` for the work alone and `peakMebibytes` from its start; `told` if a probe was asked.
 */
export async function measure(row, contender, data, probe = row.probe) {
  const paths = contender.reads(data);
  if (row.work === undefined) warm(paths);
  const mount = await contender.mount(data, probe);
  try {
    // At the last moment: a machine may take back within seconds what is not used.
    if (row.work !== undefined) warm(paths);
    row.before?.(mount.at);
    await mount.ask?.();
    const before = row.work === undefined ? undefined : mount.usage?.();
    const start = performance.now();
    const seen = row.work?.(mount.at);
    const seconds = (performance.now() - start) / 1000;
    const told = await mount.ask?.();
    const measured = { seconds, mountSeconds: mount.seconds, told, ...usageSince(before, mount.usage?.()) };
    return { seen, sample: { ...measured, value: row.value(measured) } };
  } finally {
    await mount.unmount();
  }
}

function usageSince(before, after) {
  return after && { ...after, cpuSeconds: after.cpuSeconds - (before?.cpuSeconds ?? 0) };
}
