import { describe, expect, test } from 'vitest';
import { Interrupted } from '../errors.ts';
import { RecordingStream, TypedInput } from '../testing/streams.ts';
import { promptPassword } from './password-prompt.ts';

const never = new AbortController().signal;

function ask(keys: string | Uint8Array, signal: AbortSignal = never) {
  const input = new TypedInput();
  const output = new RecordingStream();
  const answer = promptPassword('password: ', input, output, signal);
  input.push(Buffer.from(keys));
  return { input, output, answer };
}

describe('promptPassword', () => {
  test.each<[what: string, keys: string, password: string]>([
    ['return', 'secret\r', 'secret'],
    ['line feed', 'secret\n', 'secret'],
    ['Ctrl-D', 'secret\x04', 'secret'],
    ['nothing', '\r', ''],
    ['backspace', 'sx\x7fecre\x08et\r', 'secret'],
    ['backspace over a character of several bytes', 'aé😀\x7f\x7fb\r', 'ab'],
    ['backspace at the start', '\x7f\x7fa\r', 'a'],
    ['Ctrl-U', 'wrong\x15right\r', 'right'],
    ['white space, which belongs to it', ' a b \r', ' a b '],
  ])('reads a line that ends or is edited by %s', async (_, keys, password) => {
    expect(await ask(keys).answer).toBe(password);
  });

  test('does not show what is typed, and puts the terminal back', async () => {
    const { input, output, answer } = ask('secret');
    expect(input.raw).toBe(true);
    input.push('\r');
    await answer;
    expect(output.text).toBe('password: \n');
    expect(input.raw).toBe(false);
    expect(input.isPaused()).toBe(true);
    expect(input.listenerCount('data')).toBe(0);
  });

  test('is interrupted by Ctrl-C, with the terminal put back', async () => {
    const { input, answer } = ask('sec\x03');
    await expect(answer).rejects.toBeInstanceOf(Interrupted);
    expect(input.raw).toBe(false);
  });

  test('ends with the signal, with the terminal put back', async () => {
    const controller = new AbortController();
    const { input, answer } = ask('sec', controller.signal);
    controller.abort(new Interrupted('SIGTERM'));
    await expect(answer).rejects.toThrow('Interrupted by SIGTERM');
    expect(input.raw).toBe(false);
  });

  test('leaves what was typed ahead to the next prompt', async () => {
    const { input, output, answer } = ask('one\rtwo\r');
    expect(await answer).toBe('one');
    expect(await promptPassword('password: ', input, output, never)).toBe('two');
  });

  test('keeps a line that comes in pieces', async () => {
    const { input, answer } = ask(Uint8Array.of(0xc3));
    input.push(Uint8Array.of(0xa9));
    input.push('\r');
    expect(await answer).toBe('é');
  });
});
