/** What one thread decodes with, bound to one key. Chosen once for the process, loaded again by each thread. */

import type { CipherSuite, SuiteName } from '../crypto/cipher-suite.ts';
import type { MasterKey } from '../crypto/master-key.ts';
import { chooseSuites, loadSuites } from '../crypto/select.ts';
import { chooseSha256, loadSha256 } from '../sha256/select.ts';
import type { Sha256, Sha256Name } from '../sha256/sha256.ts';
import { chooseZstd, loadZstd } from '../zstd/select.ts';
import type { Zstd, ZstdName } from '../zstd/zstd.ts';

/** For what is hashed alone. */
export interface OpeningTools {
  readonly suite: CipherSuite;
  readonly zstd: Zstd;
}

export interface DecodeTools extends OpeningTools {
  /** For blobs that are at hand at the same time. */
  readonly sha256: Sha256;
}

/** By name, so that a thread can be told. */
export interface ToolNames {
  readonly suite: SuiteName;
  readonly zstd: ZstdName;
  readonly sha256: Sha256Name;
}

export async function chooseTools(key: MasterKey): Promise<DecodeTools> {
  const [suites, zstd, sha256] = await Promise.all([chooseSuites(), chooseZstd(), chooseSha256()]);
  return { suite: suites.create(key), zstd: zstd.create(), sha256: sha256.create() };
}

/** The ones that were chosen before in this process; they are not tested again. */
export async function loadTools(key: MasterKey, names: ToolNames): Promise<DecodeTools> {
  const [suites, zstd, sha256] = await Promise.all([
    loadSuites(names.suite),
    loadZstd(names.zstd),
    loadSha256(names.sha256),
  ]);
  return { suite: suites.create(key), zstd: zstd.create(), sha256: sha256.create() };
}

export function toolNames({ suite, zstd, sha256 }: DecodeTools): ToolNames {
  return { suite: suite.implementation, zstd: zstd.implementation, sha256: sha256.implementation };
}

/** `OpenSSL, libzstd` */
export function describeTools({ suite, zstd }: DecodeTools): string {
  const ciphers = suite.implementation === 'native' ? 'OpenSSL' : 'portable ciphers';
  return `${ciphers}, ${ZSTD_NAMES[zstd.implementation]}`;
}

const ZSTD_NAMES: Record<ZstdName, string> = {
  libzstd: 'libzstd',
  zlib: 'zstd of Node',
  wasm: 'zstd in WebAssembly',
};

export function disposeTools({ suite, zstd }: DecodeTools): void {
  suite.dispose();
  zstd.dispose();
}
