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
