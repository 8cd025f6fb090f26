/**
 * Rewrites the spellings of options that restic (Go's pflag) takes and commander does not: `--verbose=2`,
 * `--json=true`, `-r=/srv/repo`, and short flags run together across the program and a command (`-lq`). Pure.
 */

import type { Command, Option } from 'commander';
import { CommandError } from '../errors.ts';

/** `args` are those after the program's name; everything after `--` is left as it is. */
export function toCommanderArguments(args: readonly string[], program: Command): string[] {
  const end = args.indexOf('--');
  const options = end < 0 ? args : args.slice(0, end);
  const flags = knownFlags(program);
  const rewritten: string[] = [];
  for (let at = 0; at < options.length; at += 1) {
    const argument = options[at] ?? '';
    rewritten.push(...rewrite(argument, flags));
    // The value of `--path-template -x` is not an option, whatever it looks like.
    const value = options[at + 1];
    if (value !== undefined && flags.get(argument)?.required) {
      rewritten.push(value);
      at += 1;
    }
  }
  return end < 0 ? rewritten : [...rewritten, ...args.slice(end)];
}

/** By every spelling, dashes included. */
export type Flags = ReadonlyMap<string, Option>;

/** Those of the program and of all its commands, and theirs. */
export function knownFlags(program: Command): Flags {
  const flags = new Map<string, Option>();
  for (const command of withCommands(program)) {
    for (const option of command.options) {
      if (option.short) flags.set(option.short, option);
      if (option.long) flags.set(option.long, option);
    }
  }
  return flags;
}

function withCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withCommands)];
}

function rewrite(argument: string, flags: Flags): string[] {
  if (/^--[^=]+=/.test(argument)) return rewriteLong(argument, flags);
  if (/^-[A-Za-z]./.test(argument)) return rewriteShort(argument, flags);
  return [argument];
}

function rewriteLong(argument: string, flags: Flags): string[] {
  const split = argument.indexOf('=');
  const name = argument.slice(0, split);
  const option = flags.get(name);
  return option && !option.required ? repeatSwitch(name, argument.slice(split + 1)) : [argument];
}

function rewriteShort(argument: string, flags: Flags): string[] {
  const rewritten: string[] = [];
  for (let at = 1; at < argument.length; at += 1) {
    const name = `-${argument[at]}`;
    const option = flags.get(name);
    const rest = argument.slice(at + 1);
    if (!option) return [...rewritten, `-${argument.slice(at)}`];
    if (option.required) return [...rewritten, name, ...(rest === '' ? [] : [rest.replace(/^=/, '')])];
    if (rest.startsWith('=')) return [...rewritten, ...repeatSwitch(name, rest.slice(1))];
    rewritten.push(name);
  }
  return rewritten;
}

/** A switch with a value: `true`, `false`, or for --verbose how often it counts. */
function repeatSwitch(name: string, value: string): string[] {
  if (/^(?:true|t|1)$/i.test(value)) return [name];
  if (/^(?:false|f|0)$/i.test(value)) return [];
  const isVerbose = name === '--verbose' || name === '-v';
  if (isVerbose && /^\d$/.test(value)) return Array<string>(Number(value)).fill(name);
  throw new CommandError(`Invalid value "${value}" for ${name}`);
}
