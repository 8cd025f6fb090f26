/**
 * The C library's functions that Node does not offer, through koffi, which is loaded when a mount is made.
 * Each returns what the function returns, and a failure as the negative error number.
 */

import { getSystemErrorName } from 'node:util';
import { MountError } from '../errors.ts';

export interface Libc {
  mount(source: string, target: string, type: string, flags: number, data: string): Promise<number>;
  umount2(target: string, flags: number): Promise<number>;
  /** The length of the attribute's value. */
  getxattr(path: string, name: string, into: Uint8Array): number;
  /** Of a descriptor that does not block. */
  read(descriptor: number, into: Uint8Array): number;
  /** `entries` is an array of struct pollfd; waits without limit, in a thread of libuv's pool. */
  poll(entries: Uint8Array, count: number): Promise<number>;
  setNonBlocking(descriptor: number): number;
  /** From then on programs that are started do not inherit it. */
  closeOnExec(descriptor: number): number;
  /** Another descriptor of what is open, which is closed on exec. */
  duplicate(descriptor: number): number;
  /** A descriptor that is readable once 8 bytes were written to it. */
  eventfd(): number;
  /** Fills two int32: the ends of a pair of connected Unix sockets that are closed on exec. */
  socketpair(into: Uint8Array): number;
  /** `message` is a struct msghdr. Does not wait; a descriptor received is closed on exec. */
  recvmsg(descriptor: number, message: unknown): number;
  /** The address of a buffer, for structures that hold addresses. */
  address(of: Uint8Array): bigint;
}

const F_SETFD = 2;
const F_SETFL = 4;
const F_DUPFD_CLOEXEC = 1030;
const FD_CLOEXEC = 1;
const O_RDWR = 2;
const O_NONBLOCK = 0o4000;
const EFD_CLOEXEC = 0o2000000;
const AF_UNIX = 1;
const SOCK_STREAM_CLOEXEC = 1 | 0o2000000;
const MSG_DONTWAIT_CMSG_CLOEXEC = 0x40 | 0x40000000;

/** Throws MountError `unavailable` if koffi is not installed or has no build for this machine. */
export async function loadLibc(): Promise<Libc> {
  const koffi = await importKoffi();
  const library = koffi.load(null);
  const mount = library.func(
    'int mount(const char *source, const char *target, const char *type, unsigned long flags, const char *data)',
  );
  const umount2 = library.func('int umount2(const char *target, int flags)');
  // koffi has no ssize_t.
  const getxattr = library.func(
    'int64_t getxattr(const char *path, const char *name, void *into, size_t size)',
  );
  const read = library.func('int64_t read(int fd, void *into, size_t length)');
  const poll = library.func('int poll(void *entries, unsigned long count, int timeout)');
  const fcntl = library.func('int fcntl(int fd, int command, int flags)');
  const eventfd = library.func('int eventfd(unsigned int value, int flags)');
  const socketpair = library.func('int socketpair(int domain, int type, int protocol, void *pair)');
  const recvmsg = library.func('int64_t recvmsg(int fd, void *message, int flags)');

  const orErrno = (result: number): number => (result < 0 ? -koffi.errno() : result);
  const later = (call: (done: (error: unknown, result: number) => void) => void): Promise<number> =>
    new Promise((resolve, reject) => {
      // koffi restores the error number of the call before it calls back.
      call((error, result) => (error ? reject(error) : resolve(orErrno(result))));
    });
  return {
    mount: (...args) => later((done) => mount.async(...args, done)),
    umount2: (...args) => later((done) => umount2.async(...args, done)),
    getxattr: (path, name, into) => orErrno(getxattr(path, name, into, into.length)),
    read: (descriptor, into) => orErrno(read(descriptor, into, into.length)),
    poll: (entries, count) => later((done) => poll.async(entries, count, -1, done)),
    setNonBlocking: (descriptor) => orErrno(fcntl(descriptor, F_SETFL, O_RDWR | O_NONBLOCK)),
    closeOnExec: (descriptor) => orErrno(fcntl(descriptor, F_SETFD, FD_CLOEXEC)),
    duplicate: (descriptor) => orErrno(fcntl(descriptor, F_DUPFD_CLOEXEC, 0)),
    eventfd: () => orErrno(eventfd(0, EFD_CLOEXEC)),
    socketpair: (into) => orErrno(socketpair(AF_UNIX, SOCK_STREAM_CLOEXEC, 0, into)),
    recvmsg: (descriptor, message) => orErrno(recvmsg(descriptor, message, MSG_DONTWAIT_CMSG_CLOEXEC)),
    address: (of) => koffi.address(of),
  };
}

/** `EPERM` for what a function returned. */
export function errorName(result: number): string {
  return getSystemErrorName(result);
}

async function importKoffi(): Promise<typeof import('koffi').default> {
  try {
    return (await import('koffi')).default;
  } catch (cause) {
    throw new MountError(
      'unavailable',
      `Cannot load the optional package "koffi", which mounting on Linux needs: npm install koffi`,
      { cause },
    );
  }
}
