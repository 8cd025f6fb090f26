/**
 * A process as a daemon: until its mount serves, what it says goes to the process that waits for it, and it ends when
 * that one does; from then on it belongs to nobody, and only a log file hears it. Knows nothing of mounts.
 */

import { Writable } from 'node:stream';
import type { Launcher } from '../../context.ts';
import { DAEMON_VARIABLE, type DaemonMessage, RELEASED } from './messages.ts';

export interface Daemon extends Launcher {
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** To be awaited before the process ends: what it said has gone, and nothing keeps it any longer. */
  end(): Promise<void>;
}

/**
 * Undefined in a process that is no daemon, `orphan` in one whose parent has gone already: nobody wants it any more.
 * Takes the mark out of the environment.
 */
export function adoptDaemon(self: NodeJS.Process): Daemon | 'orphan' | undefined {
  const isDaemon = self.env[DAEMON_VARIABLE] !== undefined;
  delete self.env[DAEMON_VARIABLE];
  if (!isDaemon) return undefined;
  if (!self.connected) return 'orphan';
  let lastSent = Promise.resolve();
  const send = (message: DaemonMessage): void => {
    if (!self.connected) return;
    lastSent = new Promise((fulfil) => {
      // Whoever does not hear it any more ends us by its going.
      self.send?.(message, undefined, undefined, () => fulfil());
    });
  };
  const onMessage = (message: unknown) => {
    if (message === RELEASED) leave(self, onOrphaned);
  };
  const onOrphaned = () => self.kill(self.pid, 'SIGTERM');
  self.once('disconnect', onOrphaned);
  self.on('message', onMessage);
  const stdout = forwarder('stdout', send);
  const stderr = forwarder('stderr', send);
  return {
    stdout,
    stderr,
    release: () => send({ kind: 'ready' }),
    end: async () => {
      await lastSent;
      self.off('message', onMessage);
      disconnect(self, onOrphaned);
    },
  };
}

/** The caller's folder must not stay in use because a daemon was started there. */
function leave(self: NodeJS.Process, onOrphaned: () => void): void {
  disconnect(self, onOrphaned);
  self.chdir('/');
}

function disconnect(self: NodeJS.Process, onOrphaned: () => void): void {
  self.off('disconnect', onOrphaned);
  if (self.connected) self.disconnect();
}

/** In the order in which it is told; what waits for the parent to read it is kept by Node. */
function forwarder(stream: 'stdout' | 'stderr', send: (message: DaemonMessage) => void): Writable {
  return new Writable({
    decodeStrings: false,
    write: (chunk: string | Uint8Array, _encoding, done) => {
      const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
      send({ kind: 'text', stream, text });
      done();
    },
  });
}
