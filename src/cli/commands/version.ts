/** `snapmount version`: what runs here, for a report. */

import type { Command } from 'commander';
import { jsonLine } from '../output/json-output.ts';
import { readVersion } from '../version.ts';

export function addVersionCommand(program: Command, write: (text: string) => void): void {
  program
    .command('version')
    .description('print the version of snapmount, Node and the system')
    .action(() => {
      const { json } = program.opts<{ json?: true }>();
      write(json ? jsonLine(versions()) : versionLine());
    });
}

function versions(): Record<string, string> {
  return {
    message_type: 'version',
    version: readVersion(),
    node_version: process.versions.node,
    os: process.platform,
    arch: process.arch,
  };
}

function versionLine(): string {
  return `snapmount ${readVersion()} on Node ${process.versions.node}, ${process.platform}/${process.arch}\n`;
}
