/**
 * One config file as restic 0.19.1 sealed it, with the key (of a repository that was thrown away) and the plain
 * text: the answer that a cipher suite must give before it is trusted.
 */

import type { MasterKey } from './master-key.ts';

export const ANSWER_KEY: MasterKey = {
  encrypt: fromBase64('oyMJslSsDEaPrIGiHES4zpz6xRNQDFEUxZgZHfOu+co='),
  macK: fromBase64('XVQM25+CS6nFjvdkKs97nQ=='),
  macR: fromBase64('4zeJDvDv19sqx5pj8EFTaA=='),
};

export const ANSWER_PLAINTEXT: Uint8Array = new TextEncoder().encode(
  '{"version":2,"id":"afcbcdd2de903051cc6a1bd29df8470d4d56cba3ad6faa05b7c244f7e735d028",' +
    '"chunker_polynomial":"2ca0bbf4d1db4f"}',
);

/** Opened in place: open a copy. */
export const ANSWER_SEALED: Uint8Array<ArrayBuffer> = new Uint8Array(
  Buffer.from(
    '7b600bde88697cd5dbfcef28ae5fdd334dd285186a82190ae8f2534f6c8804abf4014efb12b2604381c6444da96446a44b5d' +
      'def51209a3dbaf4411f5b3d1ab3c0b49066bc60436acf349fb549d92c50c56f1eb4df07bed385e0c65bb705ec92feb24c900' +
      '4743f0d1bd0a7f410745178c0dddcc8448dc42cb711311ab78515be876f444c80170e670cb4149a5aa64d0aa97937e18e79d' +
      '259e4fe4ea',
    'hex',
  ),
);

function fromBase64(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64'));
}
