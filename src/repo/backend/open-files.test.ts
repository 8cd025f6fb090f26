import { closeSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Semaphore } from 'async-mutex';
import { describe, expect, onTestFinished, test } from 'vitest';
import { OpenFiles } from './open-files.ts';

async function fileIn(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'snapmount-open-files-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'file');
  await writeFile(path, 'x');
  return path;
}

describe('OpenFiles', () => {
  test('opens a file once for many readers, and again after it failed', async () => {
    const path = await fileIn();
    const files = new OpenFiles(new Semaphore(1));
    await expect(files.use(`${path}-not-there`, async () => 0)).rejects.toMatchObject({ code: 'ENOENT' });
    await writeFile(`${path}-not-there`, 'y');
    const one = async (descriptor: number) => descriptor;
    const all = await Promise.all([files.use(path, one), files.use(path, one)]);
    expect(new Set(all).size).toBe(1);
    expect(await files.use(`${path}-not-there`, one)).toBeGreaterThan(0);
    await files.close();
  });

  test('outlives a file that cannot be closed', async () => {
    const files = new OpenFiles(new Semaphore(1));
    // Closed behind its back: its own close will fail, which as an unhandled rejection would fail this test.
    await files.use(await fileIn(), async (descriptor) => closeSync(descriptor));
    await files.close();
  });

  test('waits for its readers when it is closed', async () => {
    const files = new OpenFiles(new Semaphore(1));
    let ended = false;
    const reading = files.use(await fileIn(), async () => {
      await new Promise(setImmediate);
      ended = true;
    });
    await files.close();
    expect(ended).toBe(true);
    await reading;
  });
});
