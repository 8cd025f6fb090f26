import { expect, onTestFinished } from 'vitest';
import { MemoryReporter } from '../../../repo/testing/memory-reporter.ts';
import { memoryView } from '../../testing/memory-view.ts';
import { createWinFspDriver } from '../driver.ts';
import { describeVolume } from './conformance.ts';
import { FakeWinFsp } from './fake-winfsp.ts';
import { sampleRoot } from './sample-view.ts';
import { VolumeClient } from './volume-client.ts';

const root = sampleRoot();

describeVolume('the driver over a WinFsp in memory', async () => {
  const winfsp = new FakeWinFsp();
  const reporter = new MemoryReporter();
  const mounted = await createWinFspDriver({ reporter, load: async () => winfsp }).mount(
    memoryView(root),
    { mountpoint: 'X:', source: 'snapmount:sample', allowOther: false, defaultPermissions: true },
    new AbortController().signal,
  );
  onTestFinished(async () => {
    await mounted.unmount({ detach: false });
    expect(winfsp.violations).toEqual([]);
    expect(reporter.warnings).toEqual([]);
  });
  return new VolumeClient(winfsp);
});
