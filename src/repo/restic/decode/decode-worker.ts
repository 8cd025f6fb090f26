/** The entry of a decoding thread. It is told its key and its tools by workerData, and knows nothing else. */

import { workerData } from 'node:worker_threads';
import { serve } from '../../workers/serve.ts';
import type { MasterKey } from '../crypto/master-key.ts';
import { wipeMasterKey } from '../crypto/master-key.ts';
import { type Outcome, performJobs, type ThreadJob } from './thread-jobs.ts';
import { disposeTools, loadTools, type ToolNames } from './tools.ts';

export interface DecodeWorkerData {
  readonly key: MasterKey;
  readonly tools: ToolNames;
}

const { key, tools: names } = workerData as DecodeWorkerData;
const tools = await loadTools(key, names);
wipeMasterKey(key);
serve<ThreadJob, Outcome>(
  (next) => performJobs(tools, next),
  () => disposeTools(tools),
);
