import { expect, test } from 'vitest';
import { nearTarget } from './near-target.ts';

test.each<[target: string, near: string | undefined]>([
  ['lib', 'lib'],
  ['./lib/', 'lib'],
  ['lib//.', 'lib'],
  ['größe', 'größe'],
  ['...', '...'],
  ['.', 'around'],
  ['./', 'around'],
  ['..', 'around'],
  ['../../', 'around'],
  ['', undefined],
  ['/', undefined],
  ['/lib', undefined],
  ['usr/lib', undefined],
  ['../lib', undefined],
  ['lib/..', undefined],
])('of %j is %j', (target, near) => {
  const found = nearTarget(Buffer.from(target));
  expect(found?.kind === 'beside' ? Buffer.from(found.name).toString() : found?.kind).toBe(near);
});
