/**
 * What the process that people start and the one that it starts to serve the mount say to each other. Until one serves
 * that is to be a daemon, or for as long as the mount lasts. Pure.
 */

/** Set for the server by its starter: by nothing else is it told what it is. Holds a `Launch`. */
export const SERVER_VARIABLE = 'SNAPMOUNT_SERVER';

/** What the server is told before it begins. */
export interface Launch {
  /** Whether its starter stays until the mount has ended; else it goes once the mount serves. */
  readonly stays: boolean;
  /** Whether the password is on its standard input, wherever it comes from. */
  readonly hasPassword: boolean;
  /** Of the starter's own outputs those that are terminals, with their widths. */
  readonly terminals: Readonly<Partial<Record<OutputName, number>>>;
}

export type OutputName = 'stdout' | 'stderr';

export type FromServer =
  /** To be written to the starter's own output. */
  | { readonly kind: 'text'; readonly stream: OutputName; readonly text: string }
  /** The mount serves. */
  | { readonly kind: 'ready' }
  /** The command that the mount was made for is to be run, which is the starter's to do if it stays. */
  | { readonly kind: 'run'; readonly mountpoint: string }
  /** It is to end, since the mount does. */
  | { readonly kind: 'end-command' }
  /** All is done, and the exit code that follows is meant. */
  | { readonly kind: 'done' };

export type FromStarter =
  /** The answer to `ready` of one that does not stay: its going is no reason to end any more. */
  | { readonly kind: 'released' }
  /** A person or a program asks for an end; each time counts. */
  | { readonly kind: 'stop'; readonly signal: StopSignal }
  /** The command has ended. */
  | { readonly kind: 'ran'; readonly code: number }
  | { readonly kind: 'not-run'; readonly problem: string };

/** All that the server has to tell apart. */
export type StopSignal = 'SIGINT' | 'SIGTERM';

/** Undefined for what is none. */
export function parseLaunch(text: string): Launch | undefined {
  const value = parseJson(text);
  if (!isObject(value) || !isObject(value.terminals)) return undefined;
  const { stays, hasPassword } = value;
  if (typeof stays !== 'boolean' || typeof hasPassword !== 'boolean') return undefined;
  const { stdout, stderr } = value.terminals;
  const terminals = {
    ...(typeof stdout === 'number' ? { stdout } : {}),
    ...(typeof stderr === 'number' ? { stderr } : {}),
  };
  return { stays, hasPassword, terminals };
}

/** Undefined for what is none. */
export function parseFromServer(message: unknown): FromServer | undefined {
  if (!isObject(message)) return undefined;
  const { kind, stream, text, mountpoint } = message;
  if (kind === 'ready' || kind === 'end-command' || kind === 'done') return { kind };
  if (kind === 'run' && typeof mountpoint === 'string') return { kind, mountpoint };
  const isText = (stream === 'stdout' || stream === 'stderr') && typeof text === 'string';
  return kind === 'text' && isText ? { kind, stream, text } : undefined;
}

/** Undefined for what is none. */
export function parseFromStarter(message: unknown): FromStarter | undefined {
  if (!isObject(message)) return undefined;
  const { kind, signal, code, problem } = message;
  if (kind === 'released') return { kind };
  if (kind === 'stop' && (signal === 'SIGINT' || signal === 'SIGTERM')) return { kind, signal };
  if (kind === 'ran' && typeof code === 'number') return { kind, code };
  return kind === 'not-run' && typeof problem === 'string' ? { kind, problem } : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
