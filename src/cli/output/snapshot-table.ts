/** The table of `snapshots`, as restic prints it. Pure but for the time zone. */

import { shortId } from '../../repo/find-snapshot.ts';
import type { Snapshot } from '../../repo/repository.ts';
import { formatByteSize } from '../options/byte-size.ts';
import { escapeText } from './escape.ts';
import { layOutTable } from './table.ts';
import { localTime } from './timestamps.ts';

interface Column {
  readonly heading: string;
  /** The lines of its cell. Nothing in them has been escaped yet. */
  readonly cell: (snapshot: Snapshot) => readonly string[];
}

const ID: Column = { heading: 'ID', cell: (snapshot) => [shortId(snapshot.id)] };
const TIME: Column = { heading: 'Time', cell: (snapshot) => [localTime(snapshot.time.seconds)] };
const PATHS: Column = { heading: 'Paths', cell: (snapshot) => snapshot.paths };
const SIZE: Column = { heading: 'Size', cell: (snapshot) => [sizeText(snapshot)] };

// The blanks keep columns from changing their width with every short host or tag.
const FULL: readonly Column[] = [
  ID,
  TIME,
  { heading: 'Host      ', cell: (snapshot) => [snapshot.hostname] },
  { heading: 'Tags      ', cell: (snapshot) => [snapshot.tags.join(',')] },
  PATHS,
];
const COMPACT: readonly Column[] = [
  ID,
  TIME,
  { heading: 'Host', cell: (snapshot) => [snapshot.hostname] },
  { heading: 'Tags  ', cell: (snapshot) => snapshot.tags },
];

/** The lines of the whole table with its ends. `timeZone` is the name for the footer. */
export function snapshotTable(snapshots: readonly Snapshot[], compact: boolean, timeZone: string): string {
  const hasSizes = snapshots.some((snapshot) => totalBytes(snapshot) !== undefined);
  const columns = [...(compact ? COMPACT : FULL), ...(hasSizes ? [SIZE] : [])];
  const table = layOutTable(
    columns.map((column) => column.heading),
    snapshots.map((snapshot) => columns.map((column) => column.cell(snapshot).map(escapeText))),
  );
  const apart = !compact && snapshots.some((snapshot) => snapshot.paths.length > 1);
  const rows = table.rows.map((lines) => lines.join('\n')).join(apart ? '\n\n' : '\n');
  const footer = [`Timestamps shown in ${timeZone}`, `${snapshots.length} snapshots`];
  return [table.header, table.rule, ...(rows === '' ? [] : [rows]), table.rule, ...footer, ''].join('\n');
}

/** How restic names the time zone of a process. */
export function timeZoneName(variables: NodeJS.ProcessEnv): string {
  const name = variables.TZ?.replace(/^:/, '');
  return name === undefined ? 'local time' : name === '' ? 'UTC' : name;
}

/** Of what was backed up, as restic 0.17 and later record it. */
function totalBytes(snapshot: Snapshot): number | undefined {
  const { summary } = snapshot.document;
  if (typeof summary !== 'object' || summary === null) return undefined;
  if (!('total_bytes_processed' in summary)) return undefined;
  const bytes = summary.total_bytes_processed;
  return typeof bytes === 'number' ? bytes : undefined;
}

function sizeText(snapshot: Snapshot): string {
  const bytes = totalBytes(snapshot);
  return bytes === undefined ? '' : formatByteSize(bytes);
}
