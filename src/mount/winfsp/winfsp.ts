/** WinFsp as this driver uses it: the DLL behind winfsp-library.ts, or what stands in for it in tests. Types only. */

export interface WinFsp {
  readonly version: WinFspVersion;
  /** NTSTATUS: whether a volume could be mounted there. Starts WinFsp's driver where it does not run yet. */
  preflight(mountpoint: string): Promise<number>;
  /** Throws MountError. `parameters` are those of encodeVolumeParams. Nothing is asked before startDispatcher. */
  createVolume(parameters: Uint8Array, asked: VolumeEvents): Volume;
  /** What is checked for whoever opens something. Throws MountError. */
  createSecurity(allowOther: boolean): VolumeSecurity;
  /** The program that a process runs: a file name. Undefined for one that has ended, or that this user may not know. */
  processName(pid: number): Promise<string | undefined>;
}

export interface WinFspVersion {
  readonly major: number;
  readonly minor: number;
}

/** Called in this thread while one of WinFsp's waits for the return. Must not throw. */
export interface VolumeEvents {
  /**
   * `request` is valid during the call only. Returns Pending, and then a response with the request's hint must be sent
   * once; or the status that answers it.
   */
  take(request: Uint8Array): number;
  /** The last of WinFsp's threads ends; not `normally` if nobody asked it to. */
  stopped(normally: boolean): void;
}

/** What takes long or makes Windows ask us something is asynchronous: this thread has to answer meanwhile. */
export interface Volume {
  /** NTSTATUS. From now on requests come. */
  startDispatcher(threads: number): number;
  /** NTSTATUS. */
  setMountpoint(mountpoint: string): Promise<number>;
  /** Where it is mounted: tells the letter that was chosen. */
  mountpoint(): string;
  /** Does not wait. `response` is not kept. */
  sendResponse(response: Uint8Array): void;
  /** Copies into a reader's buffer. Whoever does it after the response, or after stopDispatcher, ends this process. */
  write(address: bigint, bytes: Uint8Array): void;
  removeMountpoint(): Promise<void>;
  /** Joins WinFsp's threads; requests may still come until it resolves. */
  stopDispatcher(): Promise<void>;
  delete(): Promise<void>;
}

export interface VolumeSecurity {
  /** A self-relative SECURITY_DESCRIPTOR for everything on the volume. */
  readonly descriptor: Uint8Array;
  /** The rights that the owner of the token gets of those desired. Throws StatusError AccessDenied if not all. */
  check(token: number, desiredAccess: number): number;
  close(): void;
}
