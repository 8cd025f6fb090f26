/** Numbers of the WinFsp protocol (inc/winfsp/fsctl.h) and of Windows (wdm.h, winnt.h) that requests hold. Pure. */

export const RequestKind = {
  Create: 1,
  Overwrite: 2,
  Cleanup: 3,
  Close: 4,
  Read: 5,
  Write: 6,
  QueryInformation: 7,
  SetInformation: 8,
  QueryEa: 9,
  SetEa: 10,
  FlushBuffers: 11,
  QueryVolumeInformation: 12,
  SetVolumeInformation: 13,
  QueryDirectory: 14,
  FileSystemControl: 15,
  DeviceControl: 16,
  Shutdown: 17,
  LockControl: 18,
  QuerySecurity: 19,
  SetSecurity: 20,
  QueryStreamInformation: 21,
} as const;

/** The top 8 bits of a create request's options. */
export const Disposition = {
  Supersede: 0,
  Open: 1,
  Create: 2,
  OpenIf: 3,
  Overwrite: 4,
  OverwriteIf: 5,
} as const;

export const CreateOption = {
  DirectoryFile: 0x1,
  NonDirectoryFile: 0x40,
  DeleteOnClose: 0x1000,
  OpenReparsePoint: 0x20_0000,
} as const;

/** Flags of a create request. */
export const CreateFlag = {
  UserMode: 0x1,
  OpenTargetDirectory: 0x10,
  CaseSensitive: 0x20,
  HasTrailingBackslash: 0x40,
} as const;

/** Flags of a directory query. */
export const QueryDirectoryFlag = { CaseSensitive: 1, PatternIsFileName: 2 } as const;

export const AccessRight = {
  ReadData: 0x1,
  WriteData: 0x2,
  AppendData: 0x4,
  ReadEa: 0x8,
  WriteEa: 0x10,
  Execute: 0x20,
  DeleteChild: 0x40,
  ReadAttributes: 0x80,
  WriteAttributes: 0x100,
  Delete: 0x1_0000,
  ReadControl: 0x2_0000,
  WriteDac: 0x4_0000,
  WriteOwner: 0x8_0000,
  Synchronize: 0x10_0000,
  SystemSecurity: 0x100_0000,
  MaximumAllowed: 0x200_0000,
  GenericAll: 0x1000_0000,
  GenericExecute: 0x2000_0000,
  GenericWrite: 0x4000_0000,
  GenericRead: 0x8000_0000,
} as const;

export const FileAttribute = {
  ReadOnly: 0x1,
  Hidden: 0x2,
  System: 0x4,
  Directory: 0x10,
  Archive: 0x20,
  Device: 0x40,
  Normal: 0x80,
  Temporary: 0x100,
  SparseFile: 0x200,
  ReparsePoint: 0x400,
  Compressed: 0x800,
  NotContentIndexed: 0x2000,
} as const;

export const ControlCode = {
  SetReparsePoint: 0x9_00a4,
  GetReparsePoint: 0x9_00a8,
  DeleteReparsePoint: 0x9_00ac,
} as const;

/** IoStatus.Information of a create request that opened what was there. */
export const FILE_OPENED = 1;
