/** `snapmount reparse inspect`: what a reparse point, or a link of Wine, says. Needs no repository. */

import type { Command } from 'commander';
import type { ReparsePoint } from '../../reparse/reparse-point.ts';
import type { CommandContext, CreateContext } from '../context.ts';
import { CommandError } from '../errors.ts';
import { argumentBytes } from '../options/raw-argument.ts';
import { jsonLine } from '../output/json-output.ts';

interface InspectFlags {
  readonly hex?: string;
  readonly wine?: string;
}

export function addReparseCommand(program: Command, createContext: CreateContext): void {
  const reparse = program.command('reparse').description('explain reparse points of Windows');
  const inspect = reparse
    .command('inspect')
    .description('say what a reparse point is, and where it leads')
    .argument('[file]', 'file with one whole reparse buffer; - for standard input')
    .option('--hex <digits>', 'the buffer itself, in hexadecimal digits')
    .option('--wine <target>', "a link's target in a prefix of Wine, as readlink prints it")
    .addHelpText(
      'after',
      `
A buffer is what FSCTL_GET_REPARSE_POINT gives: tag, length, two bytes that mean nothing, data. Spaces, commas and 0x
may stand between the digits. What \`fsutil reparsepoint query\` prints as reparse data begins behind those 8 bytes.
Nothing is followed, and no repository is opened.

Examples:
  snapmount reparse inspect junction.bin
  snapmount reparse inspect --hex '0c0000a0 10000000 02000200 00000200 01000000 2e002e00'
  echo DAAAoBAAAAACAAIAAAACAAEAAAAuAC4A | base64 -d | snapmount reparse inspect --json -
  snapmount reparse inspect --wine "$(readlink ~/.wine/drive_c/link)"`,
    )
    .action((file: string | undefined, flags: InspectFlags) =>
      inspectOne(file, flags, createContext(inspect, 'data')),
    );
}

async function inspectOne(
  file: string | undefined,
  { hex, wine }: InspectFlags,
  context: CommandContext,
): Promise<void> {
  if ([file, hex, wine].filter((given) => given !== undefined).length !== 1) {
    throw new CommandError('Give one reparse point: a file, --hex or --wine');
  }
  const text =
    wine === undefined ? await explainBuffer(file, hex, context) : await explainWine(wine, context);
  await context.output.write([Buffer.from(text)], context.stop.first);
}

async function explainBuffer(
  file: string | undefined,
  hex: string | undefined,
  context: CommandContext,
): Promise<string> {
  const [{ parseHex, readBuffer }, { bufferObject, bufferText }] = await Promise.all([
    import('../options/reparse-input.ts'),
    import('../output/reparse-format.ts'),
  ]);
  const bytes =
    file === undefined
      ? parseHex(hex ?? '')
      : await readBuffer(file, context.streams.stdin, context.stop.first);
  const point = await decode(
    bytes,
    file === undefined ? '--hex' : file === '-' ? 'Standard input' : `"${file}"`,
  );
  return context.json ? jsonLine(bufferObject(point, bytes)) : bufferText(point, bytes);
}

async function decode(bytes: Uint8Array, what: string): Promise<ReparsePoint> {
  const [{ decodeReparseBuffer }, { ReparseError }] = await Promise.all([
    import('../../reparse/reparse-buffer.ts'),
    import('../../reparse/reparse-error.ts'),
  ]);
  try {
    return decodeReparseBuffer(bytes);
  } catch (cause) {
    if (!(cause instanceof ReparseError)) throw cause;
    throw new CommandError(`${what} is no reparse buffer: ${cause.message}`, { cause });
  }
}

async function explainWine(target: string, { json }: CommandContext): Promise<string> {
  const [{ decodeWineLink }, { wineObject, wineText }] = await Promise.all([
    import('../../reparse/wine-link.ts'),
    import('../output/wine-format.ts'),
  ]);
  const link = decodeWineLink(await argumentBytes(target));
  if (!link) throw new CommandError(`"${target}" is an ordinary link: Wine has encoded no tag in it`);
  return json ? jsonLine(wineObject(link)) : wineText(link);
}
