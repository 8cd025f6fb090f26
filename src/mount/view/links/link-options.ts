/** What people choose about links. Types and defaults only. */

/**
 * `stored`: the bytes as stored. `rebase`: a target that lies inside the snapshot leads to its copy there. `contain`: as
 * that, and no other target resolves. `by-origin`: `rebase` for links of Windows and Wine, `stored` for all others.
 */
export type LinkPolicy = 'by-origin' | 'stored' | 'rebase' | 'contain';

export interface LinkOptions {
  readonly policy: LinkPolicy;
  /** What an absolute link to a folder of Windows was, where the backup does not say. */
  readonly folderLinks: 'junction' | 'symlink';
}

export const DEFAULT_LINKS: LinkOptions = { policy: 'by-origin', folderLinks: 'junction' };
