/**
 * Go's os.FileMode and Linux's dev_t, as restic stores them in nodes, in POSIX terms.
 * A node's kind comes from its `type`, never from these bits.
 */

/** Bits of os.FileMode (Go, package io/fs). */
const GO_SETUID = 1 << 23;
const GO_SETGID = 1 << 22;
const GO_STICKY = 1 << 20;

/** The 0o7777 bits of a FileMode. */
export function permissions(goMode: number): number {
  let mode = goMode & 0o777;
  if ((goMode & GO_SETUID) !== 0) mode |= 0o4000;
  if ((goMode & GO_SETGID) !== 0) mode |= 0o2000;
  if ((goMode & GO_STICKY) !== 0) mode |= 0o1000;
  return mode;
}

/** Major number of a 64-bit dev_t in two words (glibc, gnu_dev_major). */
export function deviceMajor(low: number, high: number): number {
  return (((low >>> 8) & 0xfff) | (high & 0xfffff000)) >>> 0;
}

export function deviceMinor(low: number, high: number): number {
  return ((low & 0xff) | ((low >>> 12) & 0xfff00) | (high << 20)) >>> 0;
}
