/**
 * What Windows keeps of a file besides what POSIX knows, and how a TreeTable holds it: a few words in the heap behind
 * the entry's other bytes. Entries of other systems have none and cost nothing. Pure.
 */

export interface WindowsAttributes {
  /** FILE_ATTRIBUTE_* bits, 32 of them ([MS-FSCC] 2.6). */
  readonly fileAttributes: number | undefined;
  /** A FILETIME: units of 100 ns since 1601-01-01T00:00:00Z, unsigned. */
  readonly creationTime: bigint | undefined;
  /** A self-relative SECURITY_DESCRIPTOR ([MS-DTYP] 2.4.6), as stored. */
  readonly securityDescriptor: Uint8Array | undefined;
  /** A complete REPARSE_DATA_BUFFER ([MS-FSCC] 2.1.2), as stored and not looked into. */
  readonly reparsePoint: Uint8Array | undefined;
}

/** Where a security descriptor lies in the heap: many entries of a folder share one. */
export interface HeapRange {
  readonly start: number;
  readonly length: number;
}

/** Bytes from the start: which of the four there are, three of them, and where the descriptor lies. */
const Word = { Present: 0, FileAttributes: 4, CreationTime: 8, Start: 16, Length: 20 } as const;
const FIXED_BYTES = 24;
const Present = { FileAttributes: 1, CreationTime: 2, SecurityDescriptor: 4, ReparsePoint: 8 } as const;

/** How many bytes packWindowsAttributes makes. */
export function packedBytes(of: WindowsAttributes): number {
  return FIXED_BYTES + (of.reparsePoint?.length ?? 0);
}

/** The words of an entry, its reparse point behind them. `descriptor` says where its security descriptor lies. */
export function packWindowsAttributes(of: WindowsAttributes, descriptor: HeapRange): Uint8Array {
  const packed = new Uint8Array(packedBytes(of));
  const view = new DataView(packed.buffer);
  view.setUint32(Word.Present, presentIn(of), true);
  view.setUint32(Word.FileAttributes, of.fileAttributes ?? 0, true);
  view.setBigUint64(Word.CreationTime, of.creationTime ?? 0n, true);
  view.setUint32(Word.Start, descriptor.start, true);
  view.setUint32(Word.Length, descriptor.length, true);
  packed.set(of.reparsePoint ?? [], FIXED_BYTES);
  return packed;
}

/** Views of the heap: copy what is kept for long. */
export function unpackWindowsAttributes(heap: Uint8Array, start: number, length: number): WindowsAttributes {
  const view = new DataView(heap.buffer, heap.byteOffset + start, length);
  const present = view.getUint32(Word.Present, true);
  const descriptor = view.getUint32(Word.Start, true);
  return {
    fileAttributes: present & Present.FileAttributes ? view.getUint32(Word.FileAttributes, true) : undefined,
    creationTime: present & Present.CreationTime ? view.getBigUint64(Word.CreationTime, true) : undefined,
    securityDescriptor:
      present & Present.SecurityDescriptor
        ? heap.subarray(descriptor, descriptor + view.getUint32(Word.Length, true))
        : undefined,
    reparsePoint:
      present & Present.ReparsePoint ? heap.subarray(start + FIXED_BYTES, start + length) : undefined,
  };
}

function presentIn(of: WindowsAttributes): number {
  return (
    (of.fileAttributes === undefined ? 0 : Present.FileAttributes) |
    (of.creationTime === undefined ? 0 : Present.CreationTime) |
    (of.securityDescriptor === undefined ? 0 : Present.SecurityDescriptor) |
    (of.reparsePoint === undefined ? 0 : Present.ReparsePoint)
  );
}
