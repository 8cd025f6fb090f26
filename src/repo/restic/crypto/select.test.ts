import { describe, expect, test } from 'vitest';
import type { CipherSuite, SuiteFactory } from './cipher-suite.ts';
import { portableSuites } from './portable-suite.ts';
import { assertTrustworthy, loadSuites, parseSuiteName, selectSuites } from './select.ts';

describe('selectSuites', () => {
  test('prefers the native suite where it works', async () => {
    expect((await selectSuites()).implementation).toBe('native');
    expect((await selectSuites('native')).implementation).toBe('native');
  });

  test('obeys who wants no native code', async () => {
    expect(await selectSuites('portable')).toBe(portableSuites);
  });

  test('loads on a thread what another one selected', async () => {
    expect((await loadSuites('native')).implementation).toBe('native');
    expect(await loadSuites('portable')).toBe(portableSuites);
  });
});

describe('parseSuiteName', () => {
  test('knows both names and takes empty for unset', () => {
    expect([undefined, '', 'native', 'portable'].map(parseSuiteName)).toEqual([
      undefined,
      undefined,
      'native',
      'portable',
    ]);
  });

  test('refuses any other value by name', () => {
    expect(() => parseSuiteName('fast')).toThrow(/SNAPMOUNT_CRYPTO is 'fast'/);
  });
});

describe('assertTrustworthy', () => {
  test('trusts a suite that gives the right answers', async () => {
    expect(() => assertTrustworthy(portableSuites)).not.toThrow();
    expect(assertTrustworthy(await loadSuites('native'))).toBeUndefined();
  });

  test.each<[string, (good: CipherSuite) => Partial<CipherSuite>]>([
    ['decrypts wrongly', (good) => ({ open: (sealed) => good.open(sealed).fill(0) })],
    ['does not decrypt', () => ({ open: (sealed) => sealed.subarray(16, -16) })],
    ['seals wrongly', (good) => ({ seal: (plaintext) => good.seal(plaintext.subarray(1)) })],
    ['decrypts only short input', (good) => ({ open: (s) => (s.length > 200 ? s : good.open(s)) })],
    [
      'never refuses',
      (good) => ({
        open(sealed) {
          try {
            return good.open(sealed);
          } catch {
            return sealed;
          }
        },
      }),
    ],
  ])('does not trust a suite that %s', (_, broken) => {
    expect(() => assertTrustworthy(withFault(broken))).toThrow(/cipher suite|authentic/);
  });
});

function withFault(broken: (good: CipherSuite) => Partial<CipherSuite>): SuiteFactory {
  return {
    implementation: 'native',
    create(key) {
      const good = portableSuites.create(key);
      const plain: CipherSuite = {
        implementation: 'native',
        open: (sealed) => good.open(sealed),
        seal: (plaintext) => good.seal(plaintext),
        dispose: () => good.dispose(),
      };
      return { ...plain, ...broken(good) };
    },
  };
}
