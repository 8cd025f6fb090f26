/** A mount as the kernel knows it, however it was made. Types only. */

export interface KernelMount {
  /** The open connection; who takes it closes it. It does not block. */
  readonly descriptor: number;
  /** Where it is, without symbolic links. */
  readonly mountpoint: string;
  /**
   * Takes the mount out of the tree, without looking what is there. Rejects with MountError: `busy` when
   * somebody uses it, never with `detach`.
   */
  unmount(how: { detach: boolean }): Promise<void>;
}
