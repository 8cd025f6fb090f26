/** From a request to the operation that answers it. */

import type { Call } from '../call.ts';
import { NtStatus, StatusError } from '../wire/nt-status.ts';
import type { Request } from '../wire/request.ts';
import type { OperationContext } from './context.ts';
import { create } from './create.ts';
import { queryDirectory } from './directories.ts';
import { cleanup, close, flush, queryInformation, read } from './files.ts';
import { fileSystemControl, querySecurity, queryStreams, queryVolume } from './volume.ts';

/** Answers the call, or throws; some answers take a promise. */
export function answer(context: OperationContext, request: Request, call: Call): Promise<void> | void {
  switch (request.kind) {
    case 'create':
      return create(context, request, call);
    case 'read':
      return read(context, request, call);
    case 'query-directory':
      return queryDirectory(context, request, call);
    case 'query-information':
      return queryInformation(context, request, call);
    case 'query-volume':
      return queryVolume(context, call);
    case 'query-security':
      return querySecurity(context, request, call);
    case 'query-streams':
      return queryStreams(context, request, call);
    case 'file-system-control':
      return fileSystemControl(context, request, call);
    case 'flush':
      return flush(context, request, call);
    case 'cleanup':
      return cleanup(context, request, call);
    case 'close':
      return close(context, request, call);
    case 'query-ea':
      throw new StatusError(NtStatus.EasNotSupported);
    case 'change':
      throw new StatusError(NtStatus.MediaWriteProtected);
    case 'unsupported':
      throw new StatusError(NtStatus.InvalidDeviceRequest);
  }
}
