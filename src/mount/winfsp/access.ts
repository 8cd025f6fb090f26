/** What an opening asks for, as far as that needs no Windows: a read-only volume grants rights to read, and no others. Pure. */

import { AccessRight, CreateOption, Disposition } from './wire/constants.ts';
import { NtStatus, StatusError } from './wire/nt-status.ts';
import type { CreateRequest } from './wire/request.ts';

/** FILE_GENERIC_READ and FILE_GENERIC_EXECUTE. */
export const READ_RIGHTS =
  AccessRight.ReadData |
  AccessRight.ReadEa |
  AccessRight.Execute |
  AccessRight.ReadAttributes |
  AccessRight.ReadControl |
  AccessRight.Synchronize;

const CHANGING_RIGHTS =
  AccessRight.WriteData |
  AccessRight.AppendData |
  AccessRight.WriteEa |
  AccessRight.DeleteChild |
  AccessRight.WriteAttributes |
  AccessRight.Delete |
  AccessRight.WriteDac |
  AccessRight.WriteOwner |
  AccessRight.GenericWrite |
  AccessRight.GenericAll;

/** Throws StatusError for an opening of what is there that would change it. */
export function refuseChanges(request: CreateRequest): void {
  const { disposition, options, desiredAccess } = request;
  if (disposition > Disposition.OverwriteIf) throw new StatusError(NtStatus.InvalidParameter);
  if (disposition === Disposition.Create) throw new StatusError(NtStatus.ObjectNameCollision);
  const onlyOpens = disposition === Disposition.Open || disposition === Disposition.OpenIf;
  const deletes = (options & CreateOption.DeleteOnClose) !== 0;
  const changes = (desiredAccess & CHANGING_RIGHTS) !== 0;
  if (!onlyOpens || deletes || changes || request.opensTargetDirectory) {
    throw new StatusError(NtStatus.MediaWriteProtected);
  }
}

/** Throws StatusError for an opening of what is not there that would make it. */
export function refuseMaking({ disposition, opensTargetDirectory }: CreateRequest): void {
  if (disposition > Disposition.OverwriteIf) throw new StatusError(NtStatus.InvalidParameter);
  const onlyOpens = disposition === Disposition.Open || disposition === Disposition.Overwrite;
  if (!onlyOpens || opensTargetDirectory) throw new StatusError(NtStatus.MediaWriteProtected);
}

/** The rights for the system to check: those to read, of what is asked for; at least one, so that there is an answer. */
export function rightsToCheck(desiredAccess: number): number {
  const { GenericExecute, GenericRead, MaximumAllowed, ReadAttributes } = AccessRight;
  const isGeneric = (desiredAccess & (GenericRead | GenericExecute)) !== 0;
  const wanted = isGeneric ? READ_RIGHTS : desiredAccess & READ_RIGHTS;
  // To read the audit list takes a privilege, which the check finds.
  const special = desiredAccess & (MaximumAllowed | AccessRight.SystemSecurity);
  const rights = (wanted | special) >>> 0;
  return rights === 0 ? ReadAttributes : rights;
}

/** `granted` by the system's check, and what was granted before it. */
export function grantedRights(granted: number, before: number): number {
  return (granted | before) & (READ_RIGHTS | AccessRight.SystemSecurity);
}
