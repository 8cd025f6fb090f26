/** The driver for Windows: in a Windows process under Wine with a stand-in for WinFsp's DLL, and in memory on any system. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryView } from '../../../src/mount/testing/memory-view.ts';
import { createWinFspDriver } from '../../../src/mount/winfsp/driver.ts';
import { FakeWinFsp } from '../../../src/mount/winfsp/testing/fake-winfsp.ts';
import { VolumeClient } from '../../../src/mount/winfsp/testing/volume-client.ts';
import { MemoryReporter } from '../../../src/repo/testing/memory-reporter.ts';
import { compileForWindows, endWine, installStandIn, WINE_NEEDS } from '../windows/wine.ts';
import { mountUnderWine } from '../windows/wine-mount.ts';
import type { DriverUnderTest, Started } from './driver-under-test.ts';
import { unmountUnlessBusy } from './unmount-unless-busy.ts';
import { conformanceRoot } from './view.ts';
import { windowsClient } from './windows-client.ts';

const PROGRAM = 'test-integration/programs/windows-conformance.ts';
/** Programs that use a mount at once: each waits for its answer before it asks again. */
const PROGRAMS = 16;

const asWindows = {
  shownName: privateForWindows,
  // STATUS_OBJECT_PATH_NOT_FOUND says of both that something on the way is no folder.
  belowFile: 'ENOENT',
} as const;

let compiled = '';

export const WINDOWS_DRIVERS_UNDER_TEST: readonly DriverUnderTest[] = [
  {
    name: 'winfsp',
    needs: WINE_NEEDS,
    prepare: compile,
    start: startUnderWine,
    ...asWindows,
    notes: [
      'in Node for Windows under Wine, with a stand-in for the DLL; changes are the requests by which Windows makes them',
      'has one status for paths below a file and below a folder that is missing',
      'is not kept busy by open folders, as each window of Explorer has one',
      'is shown the odd names as the view maps them for Windows',
    ],
  },
  {
    name: 'in memory',
    needs: [],
    start: startInMemory,
    ...asWindows,
    notes: ["the driver winfsp in the tests' process, where Wine is missing too"],
  },
];

async function compile(): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'snapmount-conformance-'));
  await installStandIn();
  compiled = await compileForWindows(folder, PROGRAM);
  return async () => {
    rmSync(folder, { recursive: true });
    await endWine();
  };
}

async function startUnderWine(): Promise<Started> {
  const mount = await mountUnderWine(compiled, { mountpoint: 'X:' });
  const devices = await Promise.all(Array.from({ length: PROGRAMS }, () => mount.device()));
  const end = async (how: 'detach' | 'abort'): Promise<void> => {
    mount.tell(how);
    const { code, last, report } = await mount.ended();
    const { requests, answers: _, ...faults } = report;
    const isWell = code === 0 && last.event === 'closed' && requests > 0;
    if (isWell && Object.values(faults).every((count) => count === 0)) return;
    throw new Error(`It ended with ${code}: ${JSON.stringify({ last, report })}`);
  };
  return {
    client: windowsClient(
      devices.map((device) => new VolumeClient(device)),
      () => {
        for (const device of devices) device.close();
      },
    ),
    warnings: mount.warnings,
    unmountUnlessBusy: async () => {
      mount.tell('unmount');
      return (await mount.next()).event === 'refused' ? 'busy' : 'unmounted';
    },
    unmount: () => end('detach'),
    abort: () => end('abort'),
  };
}

async function startInMemory(): Promise<Started> {
  const winfsp = new FakeWinFsp();
  const reporter = new MemoryReporter();
  const mounted = await createWinFspDriver({ reporter, load: async () => winfsp }).mount(
    memoryView(conformanceRoot('windows')),
    { mountpoint: 'X:', source: 'snapmount:test', allowOther: false, defaultPermissions: true },
    new AbortController().signal,
  );
  const ended = async (): Promise<void> => {
    await mounted.closed;
    if (winfsp.violations.length > 0) throw new Error(winfsp.violations.join('\n'));
  };
  return {
    client: windowsClient([new VolumeClient(winfsp)], () => {}),
    warnings: reporter.warnings,
    unmountUnlessBusy: () => unmountUnlessBusy(mounted),
    unmount: async () => {
      await mounted.unmount({ detach: true });
      await ended();
    },
    abort: async () => {
      mounted.abort();
      await ended();
    },
  };
}

/** As docs/NAMES.md says, written down a second time, as far as names in ASCII and bytes that are no UTF-8 go. */
function privateForWindows(name: Uint8Array): string {
  return Buffer.from(name)
    .toString('latin1')
    .replaceAll('\\', '%')
    .replace(/[^ -~]|[<>:"|?*]|[. ]+$/g, (text) =>
      Array.from(text, (character) => String.fromCharCode(0xf000 + character.charCodeAt(0))).join(''),
    );
}
