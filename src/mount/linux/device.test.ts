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

describe('Device.replyInThread', () => {
  test('writes what reply() would', async () => {
    const { device, written, close } = deviceOverFile([]);
    const slices = [Buffer.from('one and '), Buffer.from('another')];
    device.reply(7n, 0, slices);
    expect(await device.replyInThread(7n, slices)).toBe(true);
    const both = written();
    expect(both.subarray(both.length / 2)).toEqual(both.subarray(0, both.length / 2));
    close();
  });

  test('keeps the descriptor until it has written, though the device is closed, and writes nothing after that', async () => {
    const { device, written, isOpen, close } = deviceOverFile([]);
    const writing = device.replyInThread(7n, [message]);
    device.close();
    expect(isOpen()).toBe(true);
    expect(await writing).toBe(true);
    expect(isOpen()).toBe(false);
    expect(await device.replyInThread(8n, [message])).toBe(false);
    expect(written()).toHaveLength(16 + message.length);
    close();
  });

  test('throws what goes wrong', async () => {
    const { device, close } = deviceOverFile([], { writable: false });
    await expect(device.replyInThread(7n, [message])).rejects.toThrow('EBADF');
    close();
  });
});
