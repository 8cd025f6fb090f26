/** A program that mounts the view of the conformance suite: MOUNTPOINT PORT; see serveView. */

import { memoryView } from '../../src/mount/testing/memory-view.ts';
import { serveView } from '../../src/mount/winfsp/testing/serve-view.ts';
import { conformanceRoot } from '../support/conformance/view.ts';

const [mountpoint = '*', port = ''] = process.argv.slice(2);
await serveView({ mountpoint, port: Number(port), leavesVolume: false, times: 1 }, () =>
  memoryView(conformanceRoot('windows')),
);
