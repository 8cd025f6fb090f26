import { EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';
import { Interrupted } from './errors.ts';
import { StopSignals } from './stop-signals.ts';

describe('StopSignals', () => {
  test('asks to stop by the first signal and not to wait by the second', () => {
    const source = new EventEmitter();
    const stop = new StopSignals(source, () => false);
    source.emit('SIGTERM', 'SIGTERM');
    expect(stop.first.reason).toEqual(new Interrupted('SIGTERM'));
    expect(stop.second.aborted).toBe(false);
    source.emit('SIGINT', 'SIGINT');
    expect(stop.second.reason).toEqual(new Interrupted('SIGINT'));
  });

  test('leaves the third signal its default effect', () => {
    const source = new EventEmitter();
    const stop = new StopSignals(source, () => false);
    source.emit('SIGINT', 'SIGINT');
    source.emit('SIGINT', 'SIGINT');
    expect(stop.second.aborted).toBe(true);
    expect(source.eventNames()).toEqual([]);
  });

  test('ignores SIGHUP by which restic asks whether a lock has an owner', () => {
    const source = new EventEmitter();
    const stop = new StopSignals(source, (descriptor) => descriptor === 0);
    source.emit('SIGHUP', 'SIGHUP');
    expect(stop.first.aborted).toBe(false);
  });

  test('stops by SIGHUP when its terminal has gone', () => {
    const source = new EventEmitter();
    let isOpen = true;
    const stop = new StopSignals(source, () => isOpen);
    isOpen = false;
    source.emit('SIGHUP', 'SIGHUP');
    expect(stop.first.reason).toEqual(new Interrupted('SIGHUP'));
    expect(stop.hungUp).toBe(true);
  });

  test.each(['SIGBREAK', 'SIGHUP'])(
    'stops by %s on Windows, whatever has become of the console',
    (signal) => {
      const source = new EventEmitter();
      let isOpen = true;
      const stop = new StopSignals(source, () => isOpen, 'win32');
      isOpen = false;
      source.emit(signal, signal);
      expect(stop.first.reason).toEqual(new Interrupted(signal));
      expect(stop.second.aborted).toBe(false);
      expect(stop.hungUp).toBe(false);
    },
  );

  test.each(['linux', 'win32'] as const)('takes its handlers away when disposed of, on %s', (platform) => {
    const source = new EventEmitter();
    const stop = new StopSignals(source, () => true, platform);
    expect(source.eventNames()).toContain('SIGHUP');
    stop.dispose();
    expect(source.eventNames()).toEqual([]);
  });
});
