/** Attributes of which no two fields are alike, so that none can stand in another's place. */

import { blankAttributes } from '../../attributes.ts';
import { EntryKind } from '../../node.ts';

export const ODD_ATTRIBUTES = {
  ...blankAttributes(),
  kind: EntryKind.BlockDevice,
  inode: 0x8877_6655_4433_2211n,
  mode: 0o4755,
  links: 3,
  uid: 1000,
  gid: 0xffff_fffe,
  size: 513,
  deviceMajor: 259,
  deviceMinor: 70000,
  accessSeconds: -1,
  accessNanoseconds: 5,
  modifySeconds: 2 ** 32 + 2,
  modifyNanoseconds: 6,
  changeSeconds: 3,
  changeNanoseconds: 7,
};
