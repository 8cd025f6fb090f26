import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { main } from '../main.ts';
import { RecordingStream } from '../testing/streams.ts';

const HEX = '0c0000a0 10000000 02000200 00000200 01000000 2e002e00';
const BUFFER = Buffer.from(HEX.replaceAll(' ', ''), 'hex');
const TEXT = `\
Kind             symbolic link, relative
Tag              0xa000000c IO_REPARSE_TAG_SYMLINK (of Microsoft, stands for another name)
Substitute name  .
Print name       .
Leads to         ., from the folder that the link is in
Size             24 bytes
`;
const WINE = `/././${'/'.repeat(27)}.//.//home/u/.wine////.//.///drive_c/windows`;

describe('reparse inspect', () => {
  let folder: string;
  let file: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'snapmount-reparse-'));
    file = join(folder, 'dot.bin');
    writeFileSync(file, BUFFER);
    writeFileSync(join(folder, 'cut.bin'), BUFFER.subarray(0, 20));
    writeFileSync(join(folder, 'large.bin'), Buffer.alloc(100_000, BUFFER));
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  test.each<[args: () => string[]]>([
    [() => ['--hex', HEX]],
    [() => [`--hex=${HEX}`]],
    [() => [file]],
    [() => ['-']],
  ])('explains a buffer: %s', async (args) => {
    expect(await run(args(), BUFFER)).toEqual({ code: 0, stdout: TEXT, stderr: '' });
  });

  test('explains it to programs', async () => {
    const { code, stdout } = await run(['--json', file]);
    expect(code).toBe(0);
    expect(stdout.endsWith('}\n')).toBe(true);
    expect(JSON.parse(stdout)).toEqual({
      message_type: 'reparse_point',
      tag: '0xa000000c',
      tag_name: 'IO_REPARSE_TAG_SYMLINK',
      microsoft: true,
      name_surrogate: true,
      directory: false,
      kind: 'symlink',
      substitute_name: '.',
      print_name: '.',
      relative: true,
      reserved_flags: 0,
      target: { kind: 'relative', parts: ['.'] },
      buffer: BUFFER.toString('base64'),
    });
  });

  test('explains a link of Wine, to programs too', async () => {
    const text = await run(['--wine', WINE]);
    expect(text.stdout).toContain('Unix target      /home/u/.wine/drive_c/windows\n');
    const { stdout } = await run(['--wine', WINE, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ message_type: 'wine_link', prefix: '/home/u/.wine' });
  });

  test.each<[args: string[], stdin: Uint8Array | string, message: string]>([
    [[], '', 'Give one reparse point: a file, --hex or --wine'],
    [['x', '--hex', '00'], '', 'Give one reparse point: a file, --hex or --wine'],
    [['--hex', '', '--wine', '/'], '', 'Give one reparse point: a file, --hex or --wine'],
    [['--hex', 'xyz'], '', 'Invalid value "xyz" for --hex: it takes bytes as pairs of hexadecimal digits'],
    [['--hex', '0c0000a0'], '', '--hex is no reparse buffer: at byte 4: the header of 8 bytes is cut off'],
    [['-'], '', 'Standard input is no reparse buffer: at byte 0: the header of 8 bytes is cut off'],
    [
      ['-'],
      BUFFER.subarray(0, 20),
      'Standard input is no reparse buffer: at byte 4: header and data make 24 bytes, but there are 20',
    ],
    [['/nonexistent'], '', 'File "/nonexistent" does not exist'],
    [['/'], '', 'File "/" cannot be read (EISDIR)'],
    [['--wine', '/etc'], '', '"/etc" is an ordinary link: Wine has encoded no tag in it'],
  ])('refuses %j with one line', async (args, stdin, message) => {
    expect(await run(args, stdin)).toEqual({ code: 1, stdout: '', stderr: `snapmount: ${message}\n` });
  });

  test.each([
    ['cut.bin', 'at byte 4: header and data make 24 bytes, but there are 20'],
    ['large.bin', 'at byte 16384: more than the 16384 bytes that one may have'],
  ])('says where the file %s is wrong', async (name, problem) => {
    const path = join(folder, name);
    const { code, stderr } = await run([path]);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `snapmount: "${path}" is no reparse buffer: ${problem}\n`,
    });
  });

  test('reads no more of standard input than a buffer may have', async () => {
    const endless = new Readable({
      read() {
        this.push(Buffer.alloc(4096));
      },
    });
    const { code } = await run(['-'], endless);
    expect(code).toBe(1);
    expect(endless.destroyed).toBe(true);
  });

  test('has options of the program before it and behind it', async () => {
    const before = await run(['--hex', HEX], '', ['--json', '-v', '--pack-size', '8']);
    expect(JSON.parse(before.stdout)).toMatchObject({ kind: 'symlink' });
    expect((await run(['--hex', HEX, '--json'])).stdout).toBe(before.stdout);
  });
});

async function run(
  args: readonly string[],
  stdin: Uint8Array | string | Readable = '',
  before: readonly string[] = [],
) {
  const stdout = new RecordingStream();
  const stderr = new RecordingStream();
  const input =
    stdin instanceof Readable ? stdin : Readable.from([Buffer.from(stdin)], { objectMode: false });
  const line = [...before, 'reparse', 'inspect', ...args];
  const { code } = await main(line, { env: {}, stdin: input, stdout, stderr });
  return { code, stdout: stdout.text, stderr: stderr.text };
}
