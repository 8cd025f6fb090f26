/** FSP_FSCTL_STREAM_INFO records: the streams of a file. Pure. */

import { writeUtf16 } from './utf16.ts';

export interface StreamInfo {
  /** Without colons; empty for the content itself. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly allocationSize: number;
}

const RECORD_BYTES = 24;

/** As many as fit into `mostBytes`. A record begins at a multiple of 8; nothing marks the end. */
export function encodeStreams(streams: readonly StreamInfo[], mostBytes: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(mostBytes);
  const view = new DataView(bytes.buffer);
  let used = 0;
  for (const { name, size, allocationSize } of streams) {
    const at = Math.ceil(used / 8) * 8;
    const length = RECORD_BYTES + name.length * 2;
    if (at + length > mostBytes) break;
    view.setUint16(at, length, true);
    view.setBigUint64(at + 8, BigInt(size), true);
    view.setBigUint64(at + 16, BigInt(allocationSize), true);
    writeUtf16(bytes, at + RECORD_BYTES, name, name.length * 2);
    used = at + length;
  }
  return bytes.subarray(0, used);
}
