/**
 * Published answers for Poly1305, each as what a cipher suite opens: nonce, message and tag under k and r.
 * RFC 8439 gives r and s; the nonce that makes s is then AES decryption of it under any k.
 */

import { createDecipheriv } from 'node:crypto';
import type { MasterKey } from '../master-key.ts';

export interface Poly1305Vector {
  readonly source: string;
  readonly key: MasterKey;
  readonly nonce: Uint8Array;
  readonly message: Uint8Array;
  readonly tag: Uint8Array;
}

const ZEROS = '00'.repeat(16);
const ONES = 'ff'.repeat(16);

export const POLY1305_VECTORS: readonly Poly1305Vector[] = [
  // D. J. Bernstein, "The Poly1305-AES message-authentication code", appendix B
  paper('B.1', {
    message: 'f3f6',
    r: '851fc40c3467ac0be05cc20404f3f700',
    k: 'ec074c835580741701425b623235add6',
    nonce: 'fb447350c4e868c52ac3275cf9d4327e',
    tag: 'f4c633c3044fc145f84f335cb81953de',
  }),
  paper('B.2', {
    message: '',
    r: 'a0f3080000f46400d0c7e9076c834403',
    k: '75deaa25c09f208e1dc4ce6b5cad3fbf',
    nonce: '61ee09218d29b0aaed7e154a2c5509cc',
    tag: 'dd3fab2251f11ac759f0887129cc2ee7',
  }),
  paper('B.3', {
    message: '663cea190ffb83d89593f3f476b6bc24d7e679107ea26adb8caf6652d0656136',
    r: '48443d0bb0d21109c89a100b5ce2c208',
    k: '6acb5f61a7176dd320c5c1eb2edcdc74',
    nonce: 'ae212a55399729595dea458bc621ff0e',
    tag: '0ee1c16bb73f0f4fd19881753c01cdbe',
  }),
  paper('B.4', {
    message:
      'ab0812724a7f1e342742cbed374d94d136c6b8795d45b3819830f2c04491faf0' +
      '990c62e48b8018b2c3e4a0fa3134cb67fa83e158c994d961c4cb21095c1bf9',
    r: '12976a08c4426d0ce8a82407c4f48207',
    k: 'e1a5668a4d5b66a5f68cc5424ed5982d',
    nonce: '9ae831e743978d3a23527c7128149e3a',
    tag: '5154ad0d2cb26e01274fc51148491f1b',
  }),
  rfc8439('2.5.2 (r not masked)', {
    r: '85d6be7857556d337f4452fe42d506a8',
    s: '0103808afb0db2fd4abff6af4149f51b',
    message: Buffer.from('Cryptographic Forum Research Group').toString('hex'),
    tag: 'a8061dc1305136c6c22b8baf0c0127a9',
  }),
  rfc8439('A.3 #7 (sum over 2^130 - 5)', { r: pad('02'), s: ZEROS, message: ONES, tag: pad('03') }),
  rfc8439('A.3 #8 (carry out of s)', { r: pad('02'), s: ONES, message: pad('02'), tag: pad('03') }),
  rfc8439('A.3 #9 (carry into the top limb)', {
    r: pad('01'),
    s: ZEROS,
    message: `${ONES}f0${'ff'.repeat(15)}${pad('11')}`,
    tag: pad('05'),
  }),
  rfc8439('A.3 #10 (sum equals the modulus)', {
    r: pad('01'),
    s: ZEROS,
    message: `${ONES}fb${'fe'.repeat(15)}${'01'.repeat(16)}`,
    tag: ZEROS,
  }),
  rfc8439('A.3 #11 (just below the modulus)', {
    r: pad('02'),
    s: ZEROS,
    message: `fd${'ff'.repeat(15)}`,
    tag: `fa${'ff'.repeat(15)}`,
  }),
];

function paper(
  name: string,
  hex: { message: string; r: string; k: string; nonce: string; tag: string },
): Poly1305Vector {
  return {
    source: `Poly1305-AES paper ${name}`,
    key: { encrypt: new Uint8Array(32).fill(1), macK: fromHex(hex.k), macR: fromHex(hex.r) },
    nonce: fromHex(hex.nonce),
    message: fromHex(hex.message),
    tag: fromHex(hex.tag),
  };
}

function rfc8439(name: string, hex: { r: string; s: string; message: string; tag: string }): Poly1305Vector {
  const macK = new Uint8Array(16).fill(5);
  const inverse = createDecipheriv('aes-128-ecb', macK, null).setAutoPadding(false);
  return {
    source: `RFC 8439 ${name}`,
    key: { encrypt: new Uint8Array(32).fill(1), macK, macR: fromHex(hex.r) },
    nonce: new Uint8Array(inverse.update(fromHex(hex.s))),
    message: fromHex(hex.message),
    tag: fromHex(hex.tag),
  };
}

function pad(firstByte: string): string {
  return firstByte + '00'.repeat(15);
}

function fromHex(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, 'hex'));
}
