/** A program for Windows that mounts a repository with the rules of Windows: MOUNTPOINT PORT REPOSITORY PASSWORD. */

import { createView, DEFAULT_PATH_TEMPLATES, DEFAULT_TIME_TEMPLATE } from '../../src/mount/view/view.ts';
import { serveView } from '../../src/mount/winfsp/testing/serve-view.ts';
import { openRepository } from '../../src/repo/restic/open.ts';

const CACHE_BYTES = 32 * 1024 * 1024;

const [mountpoint = '*', port = '', location = '', password = ''] = process.argv.slice(2);
const never = new AbortController().signal;
await serveView({ mountpoint, port: Number(port), leavesVolume: false, times: 1 }, async (reporter) => {
  const repository = await openRepository(
    {
      location,
      password: async () => password,
      lock: false,
      retryLockMs: 0,
      cacheMemory: CACHE_BYTES,
      reporter,
    },
    never,
  );
  const options = {
    pathTemplates: DEFAULT_PATH_TEMPLATES,
    timeTemplate: DEFAULT_TIME_TEMPLATE,
    ownership: { ownerRoot: false },
    names: { system: 'windows', backslash: 'percent' },
    links: { policy: 'rebase', folderLinks: 'junction' },
    accepts: () => true,
    onChange: () => {},
    mounter: { uid: 0, gid: 0 },
  } as const;
  return createView(repository, options, reporter, never);
});
