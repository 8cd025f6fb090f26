/** What one thread decodes with, bound to one key. Chosen once for the process, loaded again by each thread. */

import type { CipherSuite, SuiteName } from '../crypto/cipher-suite.ts';
import type { MasterKey } from '../crypto/master-key.ts';
import { chooseSuites, loadSuites } from '../crypto/select.ts';
import { chooseZstd, loadZstd } from '../zstd/select.ts';
import type { Zstd, ZstdName } from '../zstd/zstd.ts';

export interface DecodeTools {
  readonly suite: CipherSuite;
  readonly zstd: Zstd;
}

/** By name, so that a thread can be told. */
export interface ToolNames {
  readonly suite: SuiteName;
  readonly zstd: ZstdName;
}

export async function chooseTools(key: MasterKey): Promise<DecodeTools> {
  const [suites, zstd] = await Promise.all([chooseSuites(), chooseZstd()]);
  return { suite: suites.create(key), zstd: zstd.create() };
}

/** The ones that were chosen before in this process; they are not tested again. */
export async function loadTools(key: MasterKey, names: ToolNames): Promise<DecodeTools> {
  const [suites, zstd] = await Promise.all([loadSuites(names.suite), loadZstd(names.zstd)]);
  return { suite: suites.create(key), zstd: zstd.create() };
}

export function toolNames({ suite, zstd }: DecodeTools): ToolNames {
  return { suite: suite.implementation, zstd: zstd.implementation };
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
