import { describe, expect, test } from 'vitest';
import { CommandError } from '../errors.ts';
import { resolveLinks } from './link-options.ts';

describe('resolveLinks', () => {
  test('rebases links of Windows only by default, and takes folder links for junctions', () => {
    expect(resolveLinks({})).toEqual({ policy: 'by-origin', folderLinks: 'junction' });
  });

  test.each(['stored', 'rebase', 'contain'] as const)('takes the policy %s', (links) => {
    expect(resolveLinks({ links, folderLinks: 'symlink' })).toEqual({
      policy: links,
      folderLinks: 'symlink',
    });
  });

  test.each([{ links: 'by-origin' }, { links: '' }, { folderLinks: 'hard' }])('refuses %j', (flags) => {
    expect(() => resolveLinks(flags)).toThrow(CommandError);
  });
});
