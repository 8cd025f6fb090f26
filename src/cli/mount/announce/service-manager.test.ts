import { describe, expect, test } from 'vitest';
import { MemoryReporter } from '../../../repo/testing/memory-reporter.ts';
import { encodeAddress } from './notify-socket.ts';
import { connectServiceManager } from './service-manager.ts';

describe('connectServiceManager', () => {
  test('tells who asked for it, and takes the variable away', async () => {
    const told: string[] = [];
    const variables = { NOTIFY_SOCKET: '/run/notify', OTHER: 'x' };
    const connect = async (address: string) => (message: string) => void told.push(`${address} ${message}`);
    const manager = await connectServiceManager(variables, new MemoryReporter(), connect);
    expect(variables).toEqual({ OTHER: 'x' });
    manager.ready('Serving /mnt\nMAINPID=1');
    manager.stopping('Unmounting');
    expect(told).toEqual([
      '/run/notify READY=1\nSTATUS=Serving /mnt\\nMAINPID=1',
      '/run/notify STOPPING=1\nSTATUS=Unmounting',
    ]);
  });

  test('tells nobody where there is nobody', async () => {
    const connect = () => Promise.reject(new Error('not to be called'));
    const reporter = new MemoryReporter();
    (await connectServiceManager({ NOTIFY_SOCKET: '' }, reporter, connect)).ready('x');
    (await connectServiceManager({}, reporter, connect)).stopping('x');
    expect(reporter.warnings).toEqual([]);
  });

  test.each([
    ['connecting', async () => Promise.reject(new Error('no koffi'))],
    [
      'sending',
      async () => () => {
        throw new Error('no koffi');
      },
    ],
  ])('warns once when %s fails', async (_, connect) => {
    const reporter = new MemoryReporter();
    const manager = await connectServiceManager({ NOTIFY_SOCKET: '/n' }, reporter, connect);
    manager.ready('x');
    manager.stopping('x');
    expect(reporter.warnings).toEqual(['The service manager at "/n" cannot be told: no koffi']);
  });
});

describe('encodeAddress', () => {
  // AF_UNIX is 1, in the machine's byte order.
  const family = [...new Uint8Array(Uint16Array.of(1).buffer)];

  test('ends a path by NUL, and begins an abstract name with one', () => {
    expect([...encodeAddress('/n')]).toEqual([...family, 0x2f, 0x6e, 0]);
    expect([...encodeAddress('@n')]).toEqual([...family, 0, 0x6e]);
  });

  test.each([
    ['relative', /neither a path nor an abstract name/],
    ['vsock:2:1', /neither/],
    [`/${'x'.repeat(107)}`, /too long/],
    [`@${'x'.repeat(108)}`, /too long/],
  ])('refuses %s', (address, message) => {
    expect(() => encodeAddress(address)).toThrow(message);
  });
});
