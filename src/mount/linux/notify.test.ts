import { expect, test } from 'vitest';
import { changingFolder } from '../testing/memory-view.ts';
import { InodeTable } from './inode-table.ts';
import { Notifier } from './notify.ts';
import { deviceOverFile } from './testing/device-over-file.ts';

test('Notifier sends the rest of a batch when one of it cannot be sent', async () => {
  const { device, written, close } = deviceOverFile([]);
  const directory = changingFolder({});
  const problems: string[] = [];
  const notifier = new Notifier(device, new InodeTable(directory), (line) => void problems.push(line));
  notifier.notify([
    { directory, name: Buffer.alloc(5000, 'x') },
    { directory, name: Buffer.from('after') },
  ]);
  await expect.poll(() => written().toString('latin1')).toContain('after');
  await notifier.stop();
  expect(problems).toEqual([expect.stringContaining('1 entries changed')]);
  close();
});
