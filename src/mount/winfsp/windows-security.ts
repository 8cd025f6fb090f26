/** Who may open what: one security descriptor for the whole volume, against which Windows checks tokens. */

import type { Windows } from '../../windows/windows.ts';
import { MountError } from '../errors.ts';
import { READ_RIGHTS } from './access.ts';
import type { VolumeSecurity } from './winfsp.ts';
import { NtStatus, StatusError } from './wire/nt-status.ts';

const TOKEN_QUERY = 0x8;
const TOKEN_USER = 1;
const SDDL_REVISION = 1;
/** What FILE_GENERIC_READ and its like stand for: GENERIC_MAPPING of files. */
const GENERIC_MAPPING = Uint32Array.of(0x12_0089, 0x12_0116, 0x12_00a0, 0x1f_01ff);
const PRIVILEGES_BYTES = 256;
const MOST_TOKEN_BYTES = 1024;

/**
 * The mounting user and the system may read, with `allowOther` everybody. Throws MountError. The descriptor holds what
 * AccessCheck needs: owner, group, and a list that inherits nothing.
 */
export function createSecurity(windows: Windows, allowOther: boolean): VolumeSecurity {
  const user = currentUser(windows);
  const descriptor = toDescriptor(windows, volumeSddl(user, allowOther));
  const accessCheck = windows.advapi32.func(
    'int AccessCheck(void *sd, uint64_t token, uint32_t desired, void *mapping, void *privileges, void *size, void *granted, void *status)',
  );
  return {
    descriptor,
    check: (token, desiredAccess) => {
      const privileges = Buffer.alloc(PRIVILEGES_BYTES);
      const size = Uint32Array.of(PRIVILEGES_BYTES);
      const granted = new Uint32Array(1);
      const status = new Int32Array(1);
      const isDone = accessCheck(
        descriptor,
        token,
        desiredAccess,
        GENERIC_MAPPING,
        privileges,
        size,
        granted,
        status,
      );
      if (isDone === 0 || status[0] === 0) throw new StatusError(NtStatus.AccessDenied);
      return granted[0]!;
    },
    close: () => {},
  };
}

export function volumeSddl(user: string, allowOther: boolean): string {
  const rights = `0x${READ_RIGHTS.toString(16)}`;
  const allowed = [user, 'SY', ...(allowOther ? ['WD'] : [])];
  return `O:${user}G:${user}D:P${allowed.map((who) => `(A;;${rights};;;${who})`).join('')}`;
}

/** As `S-1-5-...`. */
function currentUser({ koffi, advapi32, kernel32 }: Windows): string {
  const openToken = advapi32.func(
    'int OpenProcessToken(int64_t process, uint32_t access, _Out_ void **token)',
  );
  const readToken = advapi32.func(
    'int GetTokenInformation(void *token, int what, void *into, uint32_t size, void *needed)',
  );
  const toText = advapi32.func('int ConvertSidToStringSidW(uint64_t sid, _Out_ void **text)');
  const closeHandle = kernel32.func('int CloseHandle(void *handle)');
  const localFree = kernel32.func('void *LocalFree(void *memory)');
  const token: [bigint | null] = [null];
  if (openToken(-1, TOKEN_QUERY, token) === 0) throw failed('OpenProcessToken');
  try {
    const user = Buffer.alloc(MOST_TOKEN_BYTES);
    if (readToken(token[0], TOKEN_USER, user, user.length, new Uint32Array(1)) === 0) {
      throw failed('GetTokenInformation');
    }
    const text: [bigint | null] = [null];
    // It begins with the address of the SID, which lies behind it in the same buffer.
    if (toText(user.readBigUInt64LE(0), text) === 0) throw failed('ConvertSidToStringSidW');
    const sid: string = koffi.decode(text[0], 'char16_t', -1);
    localFree(text[0]);
    return sid;
  } finally {
    closeHandle(token[0]);
  }
}

function toDescriptor({ advapi32, kernel32, copyMemory }: Windows, sddl: string): Uint8Array {
  const convert = advapi32.func(
    'int ConvertStringSecurityDescriptorToSecurityDescriptorW(str16 text, uint32_t revision, _Out_ void **descriptor, void *size)',
  );
  const localFree = kernel32.func('void *LocalFree(void *memory)');
  const made: [bigint | null] = [null];
  const size = new Uint32Array(1);
  if (convert(sddl, SDDL_REVISION, made, size) === 0 || made[0] === null) {
    throw failed('ConvertStringSecurityDescriptorToSecurityDescriptorW');
  }
  const descriptor = new Uint8Array(size[0]!);
  copyMemory(descriptor, made[0], descriptor.length);
  localFree(made[0]);
  return descriptor;
}

function failed(what: string): MountError {
  return new MountError('failed', `Windows does not say who mounts: ${what} failed`);
}
