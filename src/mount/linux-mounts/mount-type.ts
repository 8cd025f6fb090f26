/** How our mounts are told from others: the type that the kernel and lists of mounts show. */

export const SUBTYPE = 'snapmount';

/** The type of our mounts, for mount(2) and in /proc/self/mountinfo. */
export const MOUNT_TYPE = `fuse.${SUBTYPE}`;
