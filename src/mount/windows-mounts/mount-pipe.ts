/** The named pipe on which the process that serves a mount hears that somebody wants it to end. Pure. */

import { createHash } from 'node:crypto';

const NAME_LENGTH = 32;

/**
 * `user` belongs to it: drive letters are a user's own, so that two of them may have a mount at `X:`. Nobody else may
 * write to it: that is what Windows gives a named pipe by default, besides administrators and the system.
 */
export function mountPipe(mountpoint: string, user: string): string {
  const whose = JSON.stringify([user.toLowerCase(), mountpoint.toLowerCase()]);
  const name = createHash('sha256').update(whose).digest('hex').slice(0, NAME_LENGTH);
  return `\\\\.\\pipe\\snapmount-${name}`;
}

/** What is sent to the pipe, a line of JSON; the answer comes only where it is refused. Else the pipe closes at the end. */
export interface UnmountRequest {
  /** `lazy`: also while files are open. */
  readonly unmount: 'now' | 'lazy';
}

/** What the pipe says first, and what it may say then: of a busy mount by whom it is used, as `describeUsers` does. */
export type UnmountAnswer =
  | { readonly pid: number }
  | { readonly refused: 'busy' | 'failed'; readonly message: string };

/** Undefined for what is none. */
export function parseUnmountRequest(line: string): UnmountRequest | undefined {
  const value = parseObject(line);
  const unmount = value?.unmount;
  return unmount === 'now' || unmount === 'lazy' ? { unmount } : undefined;
}

/** Undefined for what is none. */
export function parseUnmountAnswer(line: string): UnmountAnswer | undefined {
  const { pid, refused, message } = parseObject(line) ?? {};
  if (typeof pid === 'number' && Number.isSafeInteger(pid)) return { pid };
  const isRefusal = (refused === 'busy' || refused === 'failed') && typeof message === 'string';
  return isRefusal ? { refused, message } : undefined;
}

function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
