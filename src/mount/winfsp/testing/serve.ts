/** A program that mounts the sample view: MOUNTPOINT PORT [stored|'' [TIMES]]; see serveView. */

import { memoryView } from '../../testing/memory-view.ts';
import { sampleRoot } from './sample-view.ts';
import { serveView } from './serve-view.ts';

const [mountpoint = '*', port = '', links = '', times = '1'] = process.argv.slice(2);
const leavesVolume = links === 'stored';
await serveView({ mountpoint, port: Number(port), leavesVolume, times: Number(times) }, () =>
  memoryView(sampleRoot()),
);
