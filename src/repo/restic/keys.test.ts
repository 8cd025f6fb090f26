import { describe, expect, test } from 'vitest';
import { BackendError } from '../backend/errors.ts';
import { MemoryBackend } from '../backend/testing/memory-backend.ts';
import { ANSWER_KEY } from './crypto/known-answer.ts';
import type { MasterKey } from './crypto/master-key.ts';
import { openMasterKey } from './keys.ts';
import {
  addKeyFile,
  makeKeyFile,
  RESTIC_KEY_FILE,
  RESTIC_KEY_ID,
  RESTIC_PASSWORD,
} from './testing/key-files.ts';

const never = new AbortController().signal;
const KEY: MasterKey = {
  encrypt: new Uint8Array(32).fill(1),
  macK: new Uint8Array(16).fill(2),
  macR: new Uint8Array(16).fill(3),
};

describe('openMasterKey', () => {
  test('opens a key file of restic', async () => {
    const backend = new MemoryBackend();
    expect(addKeyFile(backend, RESTIC_KEY_FILE)).toBe(RESTIC_KEY_ID);
    expect(await openMasterKey(backend, RESTIC_PASSWORD, undefined, never)).toEqual(ANSWER_KEY);
  });

  test('takes the password as UTF-8, unchanged', async () => {
    const backend = new MemoryBackend();
    const password = ' pässwörd\u{1f511} ';
    addKeyFile(backend, makeKeyFile(password, KEY));
    expect(await openMasterKey(backend, password, undefined, never)).toEqual(KEY);
    await expect(openMasterKey(backend, password.trim(), undefined, never)).rejects.toMatchObject({
      code: 'wrong-password',
    });
  });

  test('says so when the password is wrong for every key', async () => {
    const backend = new MemoryBackend();
    for (const password of ['one', 'two']) addKeyFile(backend, makeKeyFile(password, KEY));
    const opening = openMasterKey(backend, 'three', undefined, never);
    await expect(opening).rejects.toMatchObject({
      name: 'RepositoryError',
      code: 'wrong-password',
      message: `Wrong password: no key of the repository at ${backend.location} opens with it`,
    });
  });

  test('finds the one key that opens among many', async () => {
    const backend = new MemoryBackend();
    for (let other = 0; other < 15; other++) addKeyFile(backend, makeKeyFile(`other ${other}`, ANSWER_KEY));
    addKeyFile(backend, makeKeyFile('right', KEY));
    expect(await openMasterKey(backend, 'right', undefined, never)).toEqual(KEY);
  });

  test('tries the hinted key first and alone, if it opens', async () => {
    const backend = new MemoryBackend();
    for (let other = 0; other < 5; other++) addKeyFile(backend, makeKeyFile(`other ${other}`, KEY));
    const hinted = addKeyFile(backend, makeKeyFile('right', KEY));
    await openMasterKey(backend, 'right', hinted.slice(0, 8), never);
    expect(backend.calls).toEqual(['list key/', `read key/${hinted}`]);
  });

  test.each(['', 'zz', '0'])('ignores the hint "%s", which is not that of one key', async (hint) => {
    const backend = new MemoryBackend();
    addKeyFile(backend, makeKeyFile('right', KEY));
    for (const digits of ['00', '01'])
      backend.files.set(`key/${digits}${'ab'.repeat(31)}`, new Uint8Array(3));
    expect(await openMasterKey(backend, 'right', hint, never)).toEqual(KEY);
  });

  test('tries no more than 20 keys and the hinted one, and says how many are left', async () => {
    const backend = new MemoryBackend();
    const names = Array.from({ length: 25 }, (_, n) => addKeyFile(backend, makeKeyFile(`${n}`, KEY)));
    const opening = openMasterKey(backend, 'wrong', names[7], never);
    await expect(opening).rejects.toThrow(/; 4 more keys were not tried, .* --key-hint$/);
    expect(backend.calls.filter((call) => call.startsWith('read key/')).length).toBe(21);
  });

  test.each<[string, string, RegExp]>([
    ['no JSON', '{"kdf":', /not JSON/],
    ['no object', '[]', /not an object/],
    ['a field of another type', makeKeyFile('right', KEY, { N: '16' }), /its N is not a positive number/],
    ['a missing field', makeKeyFile('right', KEY, { salt: undefined }), /its salt is not a text/],
    ['a salt that is not base64', makeKeyFile('right', KEY, { salt: '%%%' }), /its salt is not base64/],
    ['a short salt', makeKeyFile('right', KEY, { salt: 'AAAA' }), /its salt has 3 bytes/],
    ['too little data', makeKeyFile('right', KEY, { data: 'AAAA' }), /its data has 3 bytes/],
    ['another key derivation', makeKeyFile('right', KEY, { kdf: 'argon2' }), /"argon2", not scrypt/],
    [
      'an N that is no power of two',
      makeKeyFile('right', KEY, { N: 17 }),
      /out of bounds \(N=17, r=1, p=1\)/,
    ],
    ['an N that takes all memory', makeKeyFile('right', KEY, { N: 2 ** 40 }), /out of bounds/],
    ['an r that takes all memory', makeKeyFile('right', KEY, { N: 2 ** 15, r: 2 ** 20 }), /out of bounds/],
    ['a p that takes for ever', makeKeyFile('right', KEY, { N: 2 ** 15, r: 8, p: 2 ** 20 }), /out of bounds/],
    ['a master key of zeros', makeKeyFile('right', { ...KEY, macR: new Uint8Array(16) }), /its r is no key/],
    ['a short master key', makeKeyFile('right', { ...KEY, encrypt: new Uint8Array(16).fill(1) }), /32 bytes/],
  ])(
    'passes over a key file with %s while another opens, and names it if none does',
    async (_, broken, why) => {
      const backend = new MemoryBackend();
      const name = addKeyFile(backend, broken);
      const alone = openMasterKey(backend, 'right', name, never);
      await expect(alone).rejects.toMatchObject({ name: 'RepositoryError', code: 'damaged', message: why });
      await expect(alone).rejects.toThrow(`Key file ${name}: `);
      const other = addKeyFile(backend, makeKeyFile('other', KEY));
      const wrong = openMasterKey(backend, 'wrong', name, never);
      await expect(wrong).rejects.toMatchObject({ code: 'wrong-password', message: why });
      expect(await openMasterKey(backend, 'other', name, never)).toEqual(KEY);
      expect(other).not.toBe(name);
    },
  );

  test('refuses a key file that is not the one of its name', async () => {
    const backend = new MemoryBackend();
    backend.files.set(`key/${'ab'.repeat(32)}`, new Uint8Array(Buffer.from(makeKeyFile('right', KEY))));
    const opening = openMasterKey(backend, 'right', undefined, never);
    await expect(opening).rejects.toMatchObject({ code: 'damaged', message: /do not match its name/ });
  });

  test('says that a key could not be read rather than that it is damaged', async () => {
    const backend = new MemoryBackend();
    backend.before = async (operation) => {
      if (operation === 'read') throw new BackendError('failed', 'The line is down');
    };
    addKeyFile(backend, makeKeyFile('right', KEY));
    const opening = openMasterKey(backend, 'right', undefined, never);
    await expect(opening).rejects.toMatchObject({ code: 'unavailable', message: /The line is down/ });
  });

  test('says so where there are no keys at all', async () => {
    const opening = openMasterKey(new MemoryBackend(), 'any', undefined, never);
    await expect(opening).rejects.toMatchObject({ code: 'damaged', message: /has no key files/ });
  });

  test("rejects with the signal's reason", async () => {
    const backend = new MemoryBackend();
    addKeyFile(backend, makeKeyFile('right', KEY));
    const signal = AbortSignal.abort(new Error('Enough'));
    await expect(openMasterKey(backend, 'right', undefined, signal)).rejects.toBe(signal.reason);
  });

  test('shows neither the password nor a key in any message', async () => {
    const backend = new MemoryBackend();
    const secretJson = `{"kdf":"scrypt","data":"secret-in-json`;
    addKeyFile(backend, secretJson);
    addKeyFile(backend, makeKeyFile('other', KEY));
    const error = await openMasterKey(backend, 'my-password', undefined, never).catch(
      (thrown: unknown) => thrown,
    );
    for (let at = error; at instanceof Error; at = at.cause) {
      expect(`${at.stack}`).not.toMatch(/my-password|secret-in-json/);
    }
  });
});
