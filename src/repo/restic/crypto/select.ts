/**
 * Chooses the cipher suite of this process: OpenSSL through koffi where it works and agrees with a known
 * answer, else the portable one. Asked once, at the start.
 */

import { RepositoryError } from '../../errors.ts';
import { DecodeError } from '../decode/decode-error.ts';
import type { CipherSuite, SuiteFactory, SuiteName } from './cipher-suite.ts';
import { ANSWER_KEY, ANSWER_PLAINTEXT, ANSWER_SEALED } from './known-answer.ts';
import type { MasterKey } from './master-key.ts';
import { loadNativeSuites } from './openssl-suite.ts';
import { portableSuites } from './portable-suite.ts';

/** A suite for `key` as this process does it: see chooseSuites. */
export async function createCipherSuite(key: MasterKey): Promise<CipherSuite> {
  return (await chooseSuites()).create(key);
}

let chosen: Promise<SuiteFactory> | undefined;

/** Decided at the first call, by the environment variable SNAPMOUNT_CRYPTO (`native`, `portable`) if it is set. */
export function chooseSuites(): Promise<SuiteFactory> {
  chosen ??= chooseByEnvironment();
  return chosen;
}

async function chooseByEnvironment(): Promise<SuiteFactory> {
  return await selectSuites(parseSuiteName(process.env.SNAPMOUNT_CRYPTO));
}

/** Throws RepositoryError `unsupported` for what is no suite's name; empty counts as not set. */
export function parseSuiteName(value: string | undefined): SuiteName | undefined {
  if (value === undefined || value === '') return undefined;
  if (value === 'native' || value === 'portable') return value;
  throw new RepositoryError(
    'unsupported',
    `SNAPMOUNT_CRYPTO is '${value}': it must be 'native' or 'portable'`,
  );
}

/**
 * `portable` is for those who want no native code, `native` for those who want no quiet fallback: it rejects with
 * RepositoryError `unsupported` where it does not work.
 */
export async function selectSuites(forced?: SuiteName): Promise<SuiteFactory> {
  if (forced === 'portable') return portableSuites;
  try {
    const native = await loadNativeSuites();
    assertTrustworthy(native);
    return native;
  } catch (error) {
    if (forced === undefined) return portableSuites;
    throw new RepositoryError(
      'unsupported',
      'SNAPMOUNT_CRYPTO is native, and native ciphers do not work here: is the optional package koffi installed?',
      { cause: error },
    );
  }
}

/** The suite that was selected before, for another thread of the same process: not tested again. */
export async function loadSuites(name: SuiteName): Promise<SuiteFactory> {
  return name === 'native' ? await loadNativeSuites() : portableSuites;
}

/** Symbols of the right name may belong to another library: only the right answers count. */
export function assertTrustworthy(suites: SuiteFactory): void {
  const suite = suites.create(ANSWER_KEY);
  const portable = portableSuites.create(ANSWER_KEY);
  try {
    assertSame(suite.open(ANSWER_SEALED.slice()), ANSWER_PLAINTEXT);
    // Long enough for the vector code paths of both ciphers, which short inputs never enter.
    const long = Uint8Array.from({ length: 4101 }, (_, at) => at * 7);
    assertSame(suite.open(portable.seal(long)), long);
    assertSame(portable.open(suite.seal(long)), long);
    assertRefusesChange(suite);
  } finally {
    suite.dispose();
    portable.dispose();
  }
}

function assertRefusesChange(suite: CipherSuite): void {
  const changed = ANSWER_SEALED.slice();
  changed[20]! ^= 1;
  try {
    suite.open(changed);
  } catch (error) {
    if (error instanceof DecodeError) return;
    throw error;
  }
  throw new Error('The cipher suite opens what is not authentic');
}

function assertSame(actual: Uint8Array, expected: Uint8Array): void {
  if (Buffer.compare(actual, expected) !== 0) throw new Error('The cipher suite gives a wrong answer');
}
