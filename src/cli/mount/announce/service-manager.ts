/**
 * Tells the service manager that started this process, if one did and wants to know, when the mount serves and when it
 * begins to end: the protocol of sd_notify(3). That it cannot be told is worth a warning, never an end.
 */

import type { Reporter } from '../../../report.ts';
import { escapeText } from '../../output/escape.ts';
import type { SendDatagram } from './notify-socket.ts';

const VARIABLE = 'NOTIFY_SOCKET';

export interface ServiceManager {
  /** The mount serves; `status` is one line for people. */
  ready(status: string): void;
  stopping(status: string): void;
}

const NOBODY: ServiceManager = { ready: () => {}, stopping: () => {} };

/** Takes the socket's name out of `variables`: no process that this one starts may speak in its name. */
export async function connectServiceManager(
  variables: NodeJS.ProcessEnv,
  reporter: Reporter,
  connect: (address: string) => Promise<SendDatagram> = connectDatagram,
): Promise<ServiceManager> {
  const address = variables[VARIABLE];
  delete variables[VARIABLE];
  if (!address) return NOBODY;
  let send: SendDatagram | undefined;
  const giveUp = (error: unknown) => {
    send = undefined;
    reporter.warn(`The service manager at "${address}" cannot be told: ${(error as Error).message}`);
  };
  const tell = (state: string, status: string) => {
    try {
      send?.(`${state}\nSTATUS=${escapeText(status)}`);
    } catch (error) {
      giveUp(error);
    }
  };
  send = await connect(address).catch((error: unknown) => {
    giveUp(error);
    return undefined;
  });
  return {
    ready: (status) => tell('READY=1', status),
    stopping: (status) => tell('STOPPING=1', status),
  };
}

async function connectDatagram(address: string): Promise<SendDatagram> {
  const { datagramSender } = await import('./notify-socket.ts');
  return datagramSender(address);
}
