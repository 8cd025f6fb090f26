/** What the process of `mount --daemon` and the daemon that it started say to each other until the mount serves. Pure. */

/** Set for the daemon by its parent: by nothing else is it told what it is. */
export const DAEMON_VARIABLE = 'SNAPMOUNT_DAEMON';

export type DaemonMessage =
  /** To be written to the parent's own output. */
  | { readonly kind: 'text'; readonly stream: 'stdout' | 'stderr'; readonly text: string }
  /** The mount serves. */
  | { readonly kind: 'ready' };

/** The parent's answer to `ready`: it has heard it, and its going is no reason to end any more. */
export const RELEASED = 'released';

/** Undefined for what is none. */
export function parseDaemonMessage(message: unknown): DaemonMessage | undefined {
  if (typeof message !== 'object' || message === null || !('kind' in message)) return undefined;
  if (message.kind === 'ready') return { kind: 'ready' };
  if (message.kind !== 'text' || !('stream' in message) || !('text' in message)) return undefined;
  const { stream, text } = message;
  if ((stream !== 'stdout' && stream !== 'stderr') || typeof text !== 'string') return undefined;
  return { kind: 'text', stream, text };
}
