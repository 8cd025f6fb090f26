/** How a mount tells which process serves it: an extended attribute of its root that is never listed. Pure. */

export const PROCESS_ATTRIBUTE = 'user.snapmount.process';

export interface ServerProcess {
  readonly pid: number;
  /** What process-identity.ts says of it; undefined where the system did not. */
  readonly identity: string | undefined;
}

/** The attribute's value: `PID identity`. */
export function formatServerProcess({ pid, identity }: ServerProcess): string {
  return identity === undefined ? String(pid) : `${pid} ${identity}`;
}

/** Undefined for what is no such value. Whoever serves has chosen it: no more than a hint. */
export function parseServerProcess(text: string): ServerProcess | undefined {
  const [, pid, identity] = /^([1-9]\d{0,9})(?: (\S{1,200}))?$/.exec(text) ?? [];
  return pid === undefined ? undefined : { pid: Number(pid), identity };
}
