/**
 * Buffers that Windows itself made, byte for byte, as `fsutil reparsepoint query` or a disk showed them to people who
 * published them, and what they mean. Where `canonical` is false, some other program chose the order of the names.
 */

import type { ReparsePoint } from '../reparse-point.ts';

export interface CapturedBuffer {
  readonly what: string;
  readonly hex: string;
  readonly point: ReparsePoint;
  readonly canonical: boolean;
}

const CONTAINER_PATH = 'ContainerMappedDirectories\\01BA2580-95DA-48B9-94F2-B397D00CD0A1';

export const CAPTURED_BUFFERS: readonly CapturedBuffer[] = [
  {
    // github.com/winfsp/winfsp/issues/454, Windows 10.
    what: 'a folder link by `mklink /D dot .`',
    hex: '0c0000a0 10000000 0200 0200 0000 0200 01000000 2e00 2e00',
    point: { kind: 'symlink', substituteName: '.', printName: '.', relative: true, reservedFlags: 0 },
    canonical: true,
  },
  {
    // port139.hatenablog.com/entry/2018/07/22/104208: made through FSCTL_SET_REPARSE_POINT, found in the MFT.
    what: 'a link to a file with a print name of its own',
    hex: `0c0000a0 4c000000 0000 1e00 2000 1e00 00000000
      5c003f003f005c006500780061006d0070006c0065002e0070006e006700 0000
      74006500730074005f007000720069006e0074005f006e0061006d006500 0000`,
    point: {
      kind: 'symlink',
      substituteName: '\\??\\example.png',
      printName: 'test_print_name',
      relative: false,
      reservedFlags: 0,
    },
    canonical: false,
  },
  {
    // A volume of a Windows container, as a Dockerfile's VOLUME makes it (github.com/sixeyed, symlink-test).
    what: 'a volume of a container, outside the drives',
    hex: `0c0000a0 16010000 0000 8000 8200 8600 00000000
      5c0043006f006e007400610069006e00650072004d00610070007000650064004400690072006500630074006f0072006900650073005c00
      300031004200410032003500380030002d0039003500440041002d0034003800420039002d0039003400460032002d004200330039003700
      440030003000430044003000410031000000 5c005c003f005c00
      43006f006e007400610069006e00650072004d00610070007000650064004400690072006500630074006f0072006900650073005c00
      300031004200410032003500380030002d0039003500440041002d0034003800420039002d0039003400460032002d004200330039003700
      44003000300043004400300041003100 0000`,
    point: {
      kind: 'symlink',
      substituteName: `\\${CONTAINER_PATH}`,
      printName: `\\\\?\\${CONTAINER_PATH}`,
      relative: false,
      reservedFlags: 0,
    },
    canonical: false,
  },
  {
    // github.com/Perl/perl5/issues/20204, Windows 10.
    what: 'a socket',
    hex: '23000080 00000000',
    point: { kind: 'af-unix' },
    canonical: true,
  },
];
