/**
 * A real Device whose "kernel" is a list of messages and an ordinary file that takes the answers, for tests of what
 * the kernel does not do when asked nicely.
 */

import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Libc } from '../../linux-mounts/libc.ts';
import { Errno } from '../constants.ts';
import { Device } from '../device.ts';

export interface DeviceOverFile {
  readonly device: Device;
  /** Everything that was written to the device. */
  written(): Buffer;
  /** Whether its descriptor is. */
  isOpen(): boolean;
  close(): void;
}

/** A number stands for a read that fails with it. After the last message the connection ends. With `writable: false` every write fails. */
export function deviceOverFile(
  messages: readonly (Uint8Array | number)[],
  { writable = true }: { writable?: boolean } = {},
): DeviceOverFile {
  const folder = fs.mkdtempSync(join(tmpdir(), 'snapmount-device-'));
  const path = join(folder, 'device');
  fs.writeFileSync(path, '');
  const waiting = [...messages];
  const libc = {
    eventfd: () => fs.openSync(join(folder, 'wake'), 'w'),
    read: (_descriptor: number, into: Uint8Array) => {
      const message = waiting.shift();
      if (message === undefined) return -Errno.ENODEV;
      if (typeof message === 'number') return -message;
      into.set(message);
      return message.length;
    },
  } satisfies Partial<Libc>;
  const descriptor = fs.openSync(path, writable ? 'a+' : 'r');
  const device = new Device(libc as unknown as Libc, descriptor);
  return {
    device,
    written: () => fs.readFileSync(path),
    isOpen: () => fs.existsSync(`/proc/self/fd/${descriptor}`),
    close: () => {
      device.close();
      fs.rmSync(folder, { recursive: true });
    },
  };
}
