// CPU time and peak memory of a process and its descendants, from /proc.

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** So far: CPU seconds, those of ended children included, and the sum of each process's own peak of memory. */
export function usageOfTree(root) {
  const processes = treeOf(root);
  const ticks = processes.reduce(
    (sum, { stat }) => sum + stat.slice(11, 15).reduce((a, b) => a + Number(b), 0),
    0,
  );
  const peak = processes.reduce((sum, { pid }) => sum + peakKibibytes(pid), 0);
  return { cpuSeconds: ticks / ticksPerSecond, peakMebibytes: peak / 1024 };
}

function treeOf(root) {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap(readStat);
  const tree = all.filter(({ pid }) => pid === root);
  for (const { pid } of tree) tree.push(...all.filter(({ parent }) => parent === pid));
  return tree;
}

/** The fields of /proc/PID/stat from the third, the state, on; none when the process has just ended. */
function readStat(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const stat = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return [{ pid: Number(pid), parent: Number(stat[1]), stat }];
  } catch {
    return [];
  }
}

/** 0 when the process has just ended. */
function peakKibibytes(pid) {
  try {
    const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return found === null ? 0 : Number(found[1]);
  } catch {
    return 0;
  }
}
