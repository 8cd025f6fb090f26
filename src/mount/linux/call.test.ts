import { expect, test } from 'vitest';
import { Call } from './call.ts';
import { deviceOverFile } from './testing/device-over-file.ts';
import { WireWriter } from './wire/cursor.ts';

test('Call is answered only by what the device has taken', () => {
  const { device, close } = deviceOverFile([], { writable: false });
  const call = new Call(device, 1n, new WireWriter(64));
  expect(() => call.succeed()).toThrow('EBADF');
  expect(call.answered).toBe(false);
  expect(() => call.abort(5)).toThrow('EBADF');
  expect(call.signal.aborted).toBe(true);
  close();
});

test('Call is answered once', () => {
  const { device, written, close } = deviceOverFile([]);
  const call = new Call(device, 1n, new WireWriter(64));
  expect(call.fail(5)).toBe(true);
  expect(call.succeed()).toBe(false);
  expect(written()).toHaveLength(16);
  close();
});

test('Call is answered once, by a thread as well', async () => {
  const { device, written, close } = deviceOverFile([]);
  const call = new Call(device, 1n, new WireWriter(64));
  const answering = call.sendSlicesInThread([new Uint8Array(100)]);
  call.abort(5);
  expect(call.signal.aborted).toBe(true);
  expect(await answering).toBe(true);
  expect(await call.sendSlicesInThread([new Uint8Array(100)])).toBe(false);
  expect(written()).toHaveLength(116);
  close();
});

test('Call can still be answered with an error where a thread could not write', async () => {
  const { device, close } = deviceOverFile([], { writable: false });
  const call = new Call(device, 1n, new WireWriter(64));
  await expect(call.sendSlicesInThread([new Uint8Array(100)])).rejects.toThrow('EBADF');
  expect(call.answered).toBe(false);
  // The device is asked once more.
  expect(() => call.fail(5)).toThrow('EBADF');
  close();
});
