/** The one error class of the pool of threads. It knows nothing of what a job was about. */

export type WorkerErrorCode =
  /** The job threw what it was not expected to. */
  | 'failed'
  /** Its thread ended while it was being done, or could not start. */
  | 'crashed'
  /** The pool was closed before the job's turn came. */
  | 'closed';

export class WorkerError extends Error {
  override readonly name = 'WorkerError';
  readonly code: WorkerErrorCode;

  constructor(code: WorkerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
