/** What a relative target says of its own, where no folder but the link's needs to be looked into. Pure. */

export type NearTarget =
  /** The link's folder, or one that it is in. */
  | { readonly kind: 'around' }
  /** An entry of the link's folder. */
  | { readonly kind: 'beside'; readonly name: Uint8Array };

/** Undefined for a target that lies anywhere else. */
export function nearTarget(target: Uint8Array): NearTarget | undefined {
  const text = Buffer.from(target.buffer, target.byteOffset, target.length).toString('latin1');
  if (text === '' || text.startsWith('/')) return undefined;
  const steps = text.split('/').filter((step) => step !== '' && step !== '.');
  if (steps.every((step) => step === '..')) return { kind: 'around' };
  const [name = ''] = steps;
  return steps.length === 1 ? { kind: 'beside', name: Buffer.from(name, 'latin1') } : undefined;
}
