/** What every node of a mount's snapshots uses. Types only. */

import type { Repository } from '../../../repo/repository.ts';
import type { DamageReports } from '../damage.ts';
import type { LinkOptions } from '../links/link-options.ts';
import type { NameRule } from '../names/name-rule.ts';
import type { Ownership } from '../ownership.ts';
import type { ShownTrees } from './shown-tree.ts';

export interface TreeServices {
  readonly repository: Repository;
  readonly names: NameRule;
  readonly trees: ShownTrees;
  readonly ownership: Ownership;
  readonly damage: DamageReports;
  readonly links: LinkOptions;
}
