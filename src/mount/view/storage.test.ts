import { describe, expect, test } from 'vitest';
import { BackendError } from '../../repo/backend/errors.ts';
import { SealedRepository } from '../../repo/restic/testing/sealed-repository.ts';
import { MemoryReporter } from '../../repo/testing/memory-reporter.ts';
import { listNames, never } from './testing/list-names.ts';
import { createView, DEFAULT_TIME_TEMPLATE } from './view.ts';

async function setUp() {
  const sealed = new SealedRepository();
  const reporter = new MemoryReporter();
  sealed.addSnapshot('2021-01-01T00:00:00Z');
  const options = {
    pathTemplates: ['%T'],
    timeTemplate: DEFAULT_TIME_TEMPLATE,
    accepts: () => true,
    mounter: { uid: 0, gid: 0 },
    ownership: { ownerRoot: false },
  };
  const { root } = await createView(await sealed.open(reporter), options, reporter, never);
  return { sealed, reporter, names: async () => (await listNames(root)).sort() };
}

const FIRST = ['2021-01-01T00:00:00Z', 'latest'];
const BOTH = ['2021-01-01T00:00:00Z', '2021-01-02T00:00:00Z', 'latest'];

describe('A view of a restic repository', () => {
  test.each(['list', 'read'] as const)(
    'keeps its list while the storage fails to %s, warns once, and goes on when it is back',
    async (failing) => {
      const { sealed, reporter, names } = await setUp();
      expect(await names()).toEqual(FIRST);
      sealed.addSnapshot('2021-01-02T00:00:00Z');
      sealed.backend.before = async (operation) => {
        if (operation === failing) throw new BackendError('failed', 'Input/output error');
      };
      for (let look = 0; look < 3; look++) expect(await names()).toEqual(FIRST);
      expect(reporter.warnings).toEqual(['New snapshots are not shown for now: Input/output error']);
      sealed.backend.before = async () => undefined;
      expect(await names()).toEqual(BOTH);
      expect(reporter.warnings).toHaveLength(1);
    },
  );
});
