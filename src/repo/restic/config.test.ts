import { describe, expect, test } from 'vitest';
import { MemoryBackend } from '../backend/testing/memory-backend.ts';
import { readConfig, requireConfig } from './config.ts';
import { ANSWER_KEY, ANSWER_SEALED } from './crypto/known-answer.ts';
import { portableSuites } from './crypto/portable-suite.ts';

const never = new AbortController().signal;
const suite = portableSuites.create(ANSWER_KEY);
const ID = 'afcbcdd2de903051cc6a1bd29df8470d4d56cba3ad6faa05b7c244f7e735d028';

function withConfig(sealed: Uint8Array<ArrayBuffer>): MemoryBackend {
  const backend = new MemoryBackend();
  backend.files.set('config', sealed);
  return backend;
}

function withDocument(document: unknown): MemoryBackend {
  return withConfig(suite.seal(Buffer.from(JSON.stringify(document))));
}

describe('readConfig', () => {
  test('reads the config that restic wrote', async () => {
    const config = await readConfig(withConfig(ANSWER_SEALED.slice()), suite, never);
    expect(config).toEqual({ version: 2, id: ID });
  });

  test('reads version 1', async () => {
    expect(await readConfig(withDocument({ version: 1, id: ID }), suite, never)).toEqual({
      version: 1,
      id: ID,
    });
  });

  test('says that there is no repository where there is no config file', async () => {
    const backend = new MemoryBackend();
    const expected = {
      name: 'RepositoryError',
      code: 'no-repository',
      message: `No repository at ${backend.location}: there is no config file`,
    };
    await expect(readConfig(backend, suite, never)).rejects.toMatchObject(expected);
    await expect(requireConfig(backend, never)).rejects.toMatchObject(expected);
  });

  test.each([
    ['empty', new Uint8Array(0)],
    ['truncated', ANSWER_SEALED.slice(0, 100)],
    ['changed', ANSWER_SEALED.map((byte, at) => (at === 50 ? byte ^ 1 : byte))],
    ['not JSON', suite.seal(Buffer.from('{"version":2'))],
    ['not an object', suite.seal(Buffer.from('2'))],
  ])('refuses a config file that is %s, naming the place', async (_, sealed) => {
    const backend = withConfig(sealed);
    const reading = readConfig(backend, suite, never);
    await expect(reading).rejects.toMatchObject({ name: 'RepositoryError', code: 'damaged' });
    await expect(reading).rejects.toThrow(`Config file of the repository at ${backend.location}: `);
  });

  test.each([0, 3, 99])('refuses version %i by name', async (version) => {
    const reading = readConfig(withDocument({ version, id: ID }), suite, never);
    await expect(reading).rejects.toMatchObject(
      version === 0
        ? { code: 'damaged', message: /version/ }
        : {
            code: 'unsupported',
            message: new RegExp(`format version ${version}, this program knows 1 and 2`),
          },
    );
  });

  test.each([[{ version: 2 }], [{ version: 2, id: 7 }], [{ version: 2, id: `${ID}0` }], [{ id: ID }]])(
    'refuses %j',
    async (document) => {
      await expect(readConfig(withDocument(document), suite, never)).rejects.toMatchObject({
        code: 'damaged',
      });
    },
  );
});

describe('requireConfig', () => {
  test('is content with any config file: it has no key to look into it', async () => {
    await expect(requireConfig(withConfig(new Uint8Array(3)), never)).resolves.toBeUndefined();
  });
});
