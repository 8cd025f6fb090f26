/** What the program asks of Windows and of Node for Windows, part by part, under Wine. */

import { execFileSync } from 'node:child_process';
import { createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ANSWER_KEY, ANSWER_PLAINTEXT } from '../src/repo/restic/crypto/known-answer.ts';
import { portableSuites } from '../src/repo/restic/crypto/portable-suite.ts';
import { POLY1305_VECTORS } from '../src/repo/restic/crypto/testing/poly1305-vectors.ts';
import { needs } from './support/require-tool.ts';
import { endWine, logOff, WINE_NEEDS, windowsPath } from './support/windows/wine.ts';
import { compileParts, type Parts } from './support/windows/wine-parts.ts';

describe('in a Windows process, under Wine,', needs(...WINE_NEEDS, 'zstd'), () => {
  let parts: Parts;

  beforeAll(async () => {
    parts = await compileParts();
  });

  afterAll(async () => {
    await parts?.remove();
    await endWine();
  });

  /** Returns the path for the program. */
  function writeInput(name: string, content: unknown): string {
    const path = join(parts.folder, name);
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return windowsPath(path);
  }

  describe('ciphers and decompression', () => {
    test("are Node's own OpenSSL, and the fastest zstd that this Node has", async () => {
      const { result } = await parts.run('choices');
      const { zlibHasZstd, ...chosen } = result as { zlibHasZstd: boolean };
      // Node for Windows exports no libzstd.
      expect(chosen).toEqual({ suites: 'native', zstd: zlibHasZstd ? 'zlib' : 'wasm' });
    });

    test.each([
      ['portable', 'portable'],
      ['native', 'native'],
    ])('are those that SNAPMOUNT_CRYPTO=%s wants', async (wanted, suites) => {
      const { result } = await parts.run('choices', '', { SNAPMOUNT_CRYPTO: wanted });
      expect(result).toMatchObject({ suites });
    });

    test.each(['native', 'portable'])('agree with the published answers: %s', async (suite) => {
      const { result } = await parts.run('vectors', suite);
      const expected = POLY1305_VECTORS.map(({ key, nonce, message }) => {
        const plain = createDecipheriv('aes-256-ctr', key.encrypt, nonce).update(message);
        return { opened: hash(plain), refused: true };
      });
      expect(expected.length).toBeGreaterThan(2);
      expect(result).toEqual(expected);
    });

    test.each(['native', 'portable'])(
      'open what was sealed elsewhere, and seal for others: %s',
      async (suite) => {
        const cipher = portableSuites.create(ANSWER_KEY);
        const plain = [0, 1, 16, 4101, 300_000].map((length) => new Uint8Array(randomBytes(length)));
        const sealed = plain.map((piece) => Buffer.from(cipher.seal(piece)).toString('hex'));
        const { result } = await parts.run('cipher', writeInput('sealed', { suite, sealed }));
        const { answer, pieces } = result as { answer: string; pieces: { opened: string; sealed: string }[] };
        expect(answer).toBe(hash(ANSWER_PLAINTEXT));
        expect(pieces.map(({ opened }) => opened)).toEqual(plain.map(hash));
        const back = pieces.map((piece) => cipher.open(new Uint8Array(Buffer.from(piece.sealed, 'hex'))));
        expect(back.map(hash)).toEqual(plain.map(hash));
      },
    );

    test.each(['', 'portable'])('decompress what zstd wrote (SNAPMOUNT_CRYPTO=%j)', async (wanted) => {
      const plain = [Buffer.alloc(3_000_000), randomBytes(100_001), Buffer.from('line\n'.repeat(40_000))];
      const frames = plain.map((input) => ({
        frame: execFileSync('zstd', ['-q', '-c', '-'], { input, maxBuffer: 2 ** 28 }).toString('hex'),
        limit: input.length,
      }));
      const { result } = await parts.run('zstd', writeInput('frames', frames), { SNAPMOUNT_CRYPTO: wanted });
      expect(result).toEqual(plain.map((each) => ({ hash: hash(each), refused: true })));
    });
  });

  describe('a password command', () => {
    test('may be a batch file in a folder of PATH, and gets its words whole', async () => {
      const folder = join(parts.folder, 'batch files');
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'pass.cmd'), '@echo %1-%2-%3\r\n');
      // What Wine puts in front of PATH.
      const variables = { WINEPATH: windowsPath(folder) };
      const { result } = await parts.run('password', 'pass show "a & b" "c:\\d"', variables);
      expect(result).toBe('"show"-"a & b"-"c:\\d"');
    });

    test('may be a program with its path in quotes', async () => {
      const command = '"C:\\windows\\system32\\cmd.exe" /c echo secret';
      expect(await parts.run('password', command)).toEqual({ result: 'secret' });
    });

    test('says what to do where its path is not quoted', async () => {
      const { error } = await parts.run('password', 'C:\\windows\\system32\\cmd.exe /c echo secret');
      expect(error).toBe(
        'Password command "C:" is not found: put its path into quotes, a backslash separates words',
      );
    });
  });

  test('a process is known by its number and its start, at once after its end too', async () => {
    expect(await parts.run('processes')).toEqual({
      result: {
        alive: ['alive', 'alive'],
        otherStart: 'gone',
        otherPlace: 'unknown',
        betweenNumbers: 'gone',
        noNumber: 'gone',
        gone: ['gone', 'gone'],
      },
    });
  });

  test('locks name computer and user as restic does there', async () => {
    const { result } = await parts.run('owner');
    const computer = hostname().split('.')[0]!;
    expect(result).toEqual({
      hostname: computer,
      // Windows cuts this name of the computer at 15 characters.
      username: expect.stringMatching(
        new RegExp(`^${computer.slice(0, 15)}\\\\${userInfo().username}$`, 'i'),
      ),
      uid: 0,
      gid: 0,
      pid: expect.any(Number),
      program: 'snapmount',
      process: expect.stringMatching(/^[0-9a-f-]{36}\/\d{18}$/),
    });
    expect(await parts.run('host')).toEqual({ result: computer });
  });

  test('lock files are written and removed though a scanner has them open for a moment', async () => {
    const repository = join(parts.folder, 'held');
    mkdirSync(repository);
    writeFileSync(join(repository, 'config'), '');
    expect(await parts.run('held-files', windowsPath(repository))).toEqual({
      result: {
        refused: 'EBUSY',
        content: 'second',
        // Else other programs could not remove it.
        canBeChanged: true,
        heldWhenWritten: false,
        heldWhenRemoved: false,
        left: [],
      },
    });
    expect(readdirSync(join(repository, 'locks'))).toEqual([]);
  });

  test('Ctrl-C asks for an end', async () => {
    expect(await parts.run('ctrl-c')).toEqual({ result: 'Interrupted by SIGINT' });
  });

  describe('the end of a session', () => {
    const QUERY = '17';
    const END = '22';
    const CLOSE = '16';
    let count = 0;

    /** Resolves when it watches, and has its file. */
    async function watching() {
      const path = join(parts.folder, `session-${count++}`);
      const { child, stdout, ended } = parts.start('session', windowsPath(path));
      await expect.poll(() => existsSync(path) || child.exitCode !== null, { timeout: 30_000 }).toBe(true);
      expect(stdout()).toBe('');
      return { path, stdout, ended };
    }

    test('waits, by log-off, until all is done', async () => {
      const { path, ended } = await watching();
      await logOff();
      expect(existsSync(path)).toBe(false);
      await ended;
    });

    test('may be called off; only its end is one', async () => {
      const { path, stdout, ended } = await watching();
      expect(await parts.run('tell', `${QUERY},0`)).toEqual({ result: 1 });
      expect(await parts.run('tell', `${END},0`)).toEqual({ result: 0 });
      expect(existsSync(path)).toBe(true);
      expect(await parts.run('tell', `${END},1`)).toEqual({ result: 0 });
      expect(existsSync(path)).toBe(false);
      expect(await ended).toBe(0);
      expect(JSON.parse(stdout())).toEqual({ result: 'ended' });
    });

    test('is asked for by closing the window, too', async () => {
      const { path, ended } = await watching();
      expect(await parts.run('tell', `${CLOSE},0`)).toEqual({ result: 0 });
      expect(await ended).toBe(0);
      expect(existsSync(path)).toBe(false);
    });

    test('is watched 20 times and leaves no thread, no listener', async () => {
      const { result } = await parts.run('session-cycles', '20');
      expect(result).toEqual({ resources: 0, listeners: 0 });
    });

    test('does not keep a process that ends', async () => {
      expect(await parts.start('session-exit', '7').ended).toBe(7);
    });
  });

  test('a process can be ended at once while a thread of it hangs', async () => {
    expect(await parts.start('end', '7').ended).toBe(7);
  });
});

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
