/** getxattr and listxattr. Room for 0 bytes asks for the size that is needed. */

import { FsError } from '../../errors.ts';
import type { BaseNode } from '../../node.ts';
import { storedValue } from '../../stored-attributes.ts';
import type { Call } from '../call.ts';
import { finderAnswer } from '../finder.ts';
import type { OperationContext } from './context.ts';

const NUL = Uint8Array.of(0);

export async function getxattr(
  context: OperationContext,
  call: Call,
  path: string,
  name: string,
  into: Buffer,
): Promise<void> {
  const { rootAttribute } = context;
  if (path === '/' && name === rootAttribute.name) {
    answerSized(call, into, [rootAttribute.value]);
    return;
  }
  const wanted = Buffer.from(name);
  const node = await nodeAt(context, path, call.signal);
  const found = node?.extendedAttributes().find((attribute) => wanted.equals(attribute.name));
  const value = found?.value ?? (node && storedValue(node, name));
  if (value === undefined) throw new FsError(missingCode(name));
  answerSized(call, into, [value]);
}

export async function listxattr(
  context: OperationContext,
  call: Call,
  path: string,
  into: Buffer,
): Promise<void> {
  const node = await nodeAt(context, path, call.signal);
  const attributes = node?.extendedAttributes() ?? [];
  answerSized(
    call,
    into,
    attributes.flatMap(({ name }) => [name, NUL]),
  );
}

async function nodeAt(
  context: OperationContext,
  path: string,
  signal: AbortSignal,
): Promise<BaseNode | undefined> {
  if (finderAnswer(path, context.platform) === 'empty') return undefined;
  const located = await context.paths.entry(path, signal);
  return located === undefined ? context.view.root : located.listing.node(located.entry);
}

/** As the driver of the kernel protocol: `ls -l` then stops asking for access control lists. */
function missingCode(name: string): 'EOPNOTSUPP' | 'ENODATA' {
  return name.startsWith('system.') || name.startsWith('security.') ? 'EOPNOTSUPP' : 'ENODATA';
}

function answerSized(call: Call, into: Buffer, slices: readonly Uint8Array[]): void {
  const size = slices.reduce((sum, slice) => sum + slice.length, 0);
  if (call.answered) return;
  if (into.length > 0) {
    if (size > into.length) throw new FsError('ERANGE');
    Buffer.concat(slices).copy(into);
  }
  call.succeed(size);
}
