/**
 * One datagram to a Unix socket, which Node cannot send: sd_notify(3) asks for it. Loaded only where a service manager
 * waits for one. Knows nothing of what is said.
 */

import { getSystemErrorName } from 'node:util';

const AF_UNIX = 1;
const SOCK_DGRAM_CLOEXEC = 2 | 0o2000000;
const MSG_DONTWAIT_NOSIGNAL = 0x40 | 0x4000;
/** Of `sun_path` in struct sockaddr_un, unix(7). */
const LONGEST_PATH = 108;
const FAMILY_BYTES = 2;

/** Sends without waiting. Throws an Error that says why not. */
export type SendDatagram = (message: string) => void;

/** `address` is a path, or `@` and a name in the abstract namespace. Rejects with an Error where koffi is missing. */
export async function datagramSender(address: string): Promise<SendDatagram> {
  const to = encodeAddress(address);
  const koffi = (await import('koffi')).default;
  const library = koffi.load(null);
  const socket = library.func('int socket(int domain, int type, int protocol)');
  // koffi has no ssize_t.
  const sendto = library.func(
    'int64_t sendto(int fd, const void *message, size_t length, int flags, const void *to, unsigned int to_length)',
  );
  const close = library.func('int close(int fd)');
  const check = (result: number, call: string): number => {
    if (result < 0) throw new Error(`${call} failed with ${getSystemErrorName(-koffi.errno())}`);
    return result;
  };
  return (message) => {
    const bytes = Buffer.from(message);
    const descriptor = check(socket(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0), 'socket(2)');
    try {
      const sent = sendto(descriptor, bytes, bytes.length, MSG_DONTWAIT_NOSIGNAL, to, to.length);
      check(sent, 'sendto(2)');
    } finally {
      close(descriptor);
    }
  };
}

/** struct sockaddr_un, as long as it is used. Throws. Pure. */
export function encodeAddress(address: string): Uint8Array {
  const isAbstract = address.startsWith('@');
  if (!isAbstract && !address.startsWith('/')) throw new Error('it is neither a path nor an abstract name');
  // An abstract name starts with NUL and counts by its length, a path ends with one.
  const path = Buffer.from(isAbstract ? `\0${address.slice(1)}` : `${address}\0`);
  if (path.length > LONGEST_PATH) throw new Error('it is too long');
  const bytes = Buffer.alloc(FAMILY_BYTES + path.length);
  new Uint16Array(bytes.buffer, bytes.byteOffset, 1)[0] = AF_UNIX;
  bytes.set(path, FAMILY_BYTES);
  return bytes;
}
