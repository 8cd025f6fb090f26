import { describe, expect, test } from 'vitest';
import { Errno } from './constants.ts';
import { deviceOverFile } from './testing/device-over-file.ts';

const message = Buffer.from('a request');

describe('Device.read', () => {
  test.each(['ENODEV', 'ECONNABORTED'] as const)('takes %s for the end of the connection', (name) => {
    const { device, close } = deviceOverFile([message, Errno[name], message]);
    const into = new Uint8Array(100);
    expect([device.read(into), device.read(into), device.read(into)]).toEqual([message.length, -1, -1]);
    expect(device.ended).toBe(true);
    close();
  });

  test.each(['EINTR', 'ENOENT'] as const)('reads on after %s, which is about one request', (name) => {
    const { device, close } = deviceOverFile([Errno[name], message]);
    expect(device.read(new Uint8Array(100))).toBe(message.length);
    close();
  });

  test('says that nothing waits', () => {
    const { device, close } = deviceOverFile([Errno.EAGAIN]);
    expect(device.read(new Uint8Array(100))).toBe(0);
    expect(device.ended).toBe(false);
    close();
  });

  test('throws what else goes wrong, by name', () => {
    const { device, close } = deviceOverFile([Errno.EPERM]);
    expect(() => device.read(new Uint8Array(100))).toThrow('Cannot read from /dev/fuse: EPERM');
    close();
  });
});
