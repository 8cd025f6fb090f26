/**
 * The fast cipher suite: OpenSSL in place on the caller's memory, one set of contexts for all blobs. Importing
 * this file loads nothing; koffi is an optional dependency and is asked for when the suite is.
 */

import { randomFillSync } from 'node:crypto';
import type { CipherSuite, SuiteFactory } from './cipher-suite.ts';
import type { MasterKey } from './master-key.ts';
import { bindOpenSsl, type OpenSsl, type Pointer } from './openssl.ts';
import {
  assertAuthentic,
  assertPlausible,
  IV_BYTES,
  MAC_BYTES,
  OVERHEAD_BYTES,
  plainPart,
} from './sealed.ts';

/** Rejects where koffi is not installed or this Node does not export OpenSSL 3. */
export async function loadNativeSuites(): Promise<SuiteFactory> {
  const koffi = await import('koffi');
  const openSsl = bindOpenSsl(koffi.load(null));
  return { implementation: 'native', create: (key) => new OpenSslSuite(openSsl, key) };
}

class OpenSslSuite implements CipherSuite {
  readonly implementation = 'native';
  readonly #openSsl: OpenSsl;
  readonly #mac: Pointer;
  readonly #macContext: Pointer;
  readonly #nonceContext: Pointer;
  readonly #ctrContext: Pointer;
  /** r || s: r stays, s is made anew for each nonce. */
  readonly #macKey = new Uint8Array(32);
  readonly #s = this.#macKey.subarray(16);
  readonly #tag = new Uint8Array(MAC_BYTES);
  readonly #written = new Uint8Array(4);
  #disposed = false;

  constructor(openSsl: OpenSsl, key: MasterKey) {
    this.#openSsl = openSsl;
    this.#macKey.set(key.macR, 0);
    this.#mac = made(openSsl.macFetch(null, 'POLY1305', null));
    this.#macContext = made(openSsl.macContextNew(this.#mac));
    this.#nonceContext = made(openSsl.cipherContextNew());
    this.#ctrContext = made(openSsl.cipherContextNew());
    done(openSsl.encryptInit(this.#nonceContext, openSsl.aes128Ecb(), null, key.macK, null));
    done(openSsl.encryptInit(this.#ctrContext, openSsl.aes256Ctr(), null, key.encrypt, null));
  }

  open<Buffer extends ArrayBufferLike>(sealed: Uint8Array<Buffer>): Uint8Array<Buffer> {
    this.#assertUsable();
    assertPlausible(sealed);
    const iv = sealed.subarray(0, IV_BYTES);
    const ciphertext = plainPart(sealed);
    this.#computeTag(ciphertext, iv);
    assertAuthentic(sealed, this.#tag);
    this.#applyKeystream(ciphertext, iv);
    return ciphertext;
  }

  seal(plaintext: Uint8Array): Uint8Array<ArrayBuffer> {
    this.#assertUsable();
    const sealed = new Uint8Array(plaintext.length + OVERHEAD_BYTES);
    const iv = randomFillSync(sealed.subarray(0, IV_BYTES));
    const ciphertext = plainPart(sealed);
    ciphertext.set(plaintext);
    this.#applyKeystream(ciphertext, iv);
    this.#computeTag(ciphertext, iv);
    sealed.set(this.#tag, sealed.length - MAC_BYTES);
    return sealed;
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    // OpenSSL wipes the key schedules as it frees them.
    this.#openSsl.cipherContextFree(this.#ctrContext);
    this.#openSsl.cipherContextFree(this.#nonceContext);
    this.#openSsl.macContextFree(this.#macContext);
    this.#openSsl.macFree(this.#mac);
    this.#macKey.fill(0);
  }

  /** Freed contexts are other people's memory. */
  #assertUsable(): void {
    if (this.#disposed) throw new Error('The cipher suite was disposed');
  }

  /** Poly1305-AES: the tag under r || AES(k, nonce). */
  #computeTag(message: Uint8Array, nonce: Uint8Array): void {
    done(this.#openSsl.encryptUpdate(this.#nonceContext, this.#s, this.#written, nonce, IV_BYTES));
    done(this.#openSsl.macInit(this.#macContext, this.#macKey, this.#macKey.length, null));
    done(this.#openSsl.macUpdate(this.#macContext, message, message.length));
    done(this.#openSsl.macFinal(this.#macContext, this.#tag, null, MAC_BYTES));
  }

  /** Counter mode is its own inverse. */
  #applyKeystream(bytes: Uint8Array, iv: Uint8Array): void {
    done(this.#openSsl.encryptInit(this.#ctrContext, null, null, null, iv));
    done(this.#openSsl.encryptUpdate(this.#ctrContext, bytes, this.#written, bytes, bytes.length));
  }
}

function made(pointer: Pointer): Pointer {
  if (!pointer) throw new Error('OpenSSL cannot make what a cipher suite needs');
  return pointer;
}

function done(result: number): void {
  if (result !== 1) throw new Error('OpenSSL refused a cipher operation');
}
