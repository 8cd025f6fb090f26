import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, describe, expect, test } from 'vitest';
import type { PasswordSource } from '../options/config.ts';
import { RecordingStream, TypedInput } from '../testing/streams.ts';
import { PasswordReader } from './password.ts';

const folder = mkdtempSync(join(tmpdir(), 'snapmount-password-'));
afterAll(() => rmSync(folder, { recursive: true }));
const never = new AbortController().signal;

function reader(source: PasswordSource, input: Readable = Readable.from([])): PasswordReader {
  return new PasswordReader(source, { input, prompt: new RecordingStream() });
}

function piped(...chunks: string[]): Readable {
  return Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
}

function node(script: string): PasswordSource {
  return { kind: 'command', command: `"${process.execPath}" -e "${script}"` };
}

describe('PasswordReader', () => {
  test('reads the variable as it is, blanks included', async () => {
    expect(await reader({ kind: 'text', text: ' secret ' }).read(never)).toBe(' secret ');
  });

  test('reads a file', async () => {
    const path = join(folder, 'password');
    writeFileSync(path, '\ufeffsecret\n', 'utf16le');
    expect(await reader({ kind: 'file', path }).read(never)).toBe('secret');
  });

  test('reads a command, trimmed', async () => {
    expect(await reader(node("console.log('secret ')")).read(never)).toBe('secret');
  });

  test.each<[chunks: string[], password: string]>([
    [['secret\nmore\n'], 'secret'],
    [['sec', 'ret\r\n'], 'secret'],
    [['secret'], 'secret'],
    [[' blanks \n'], ' blanks '],
  ])('reads the first line of standard input: %j', async (chunks, password) => {
    const ask = reader({ kind: 'ask' }, piped(...chunks));
    expect(ask.tries).toBe(1);
    expect(await ask.read(never)).toBe(password);
  });

  test('asks at a terminal up to three times', async () => {
    const input = new TypedInput();
    const ask = reader({ kind: 'ask' }, input);
    expect(ask.tries).toBe(3);
    for (const password of ['wrong', 'right']) {
      const answer = ask.read(never);
      input.push(`${password}\r`);
      expect(await answer).toBe(password);
    }
  });

  test('is empty only where the person said so', async () => {
    expect(await reader({ kind: 'none' }).read(never)).toBe('');
    await expect(reader({ kind: 'ask' }).read(never)).rejects.toThrow(/^An empty password is refused/);
    await expect(reader(node('0')).read(never)).rejects.toThrow(/^An empty password is refused/);
  });

  test('says how a command failed without repeating its arguments', async () => {
    const failing = reader(node('process.exit(3); secret')).read(never);
    await expect(failing).rejects.toThrow(/^Password command ".*" failed with exit code 3$/);
    const missing = reader({ kind: 'command', command: '/no/such/program secret' }).read(never);
    await expect(missing).rejects.toThrow(
      /^Password command "\/no\/such\/program" cannot be run \(ENOENT\)$/,
    );
  });

  test('ends the command with the signal', async () => {
    const controller = new AbortController();
    const answer = reader(node('setTimeout(() => {}, 60000)')).read(controller.signal);
    controller.abort(new Error('stop'));
    await expect(answer).rejects.toThrow('stop');
  });

  test('stops waiting for standard input with the signal', async () => {
    const controller = new AbortController();
    const answer = reader({ kind: 'ask' }, new Readable({ read() {} })).read(controller.signal);
    controller.abort(new Error('stop'));
    await expect(answer).rejects.toThrow('stop');
  });

  test('refuses a line without end', async () => {
    const endless = new Readable({
      read() {
        this.push(Buffer.alloc(16 * 1024, 'x'));
      },
    });
    await expect(reader({ kind: 'ask' }, endless).read(never)).rejects.toThrow(/longer than 64 KiB/);
  });
});
