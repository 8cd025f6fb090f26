/** The one error class of this folder. */

/** Bytes that are no reparse point, or a value that none can hold. The message is a whole sentence's worth. */
export class ReparseError extends Error {
  override readonly name = 'ReparseError';
  /** Of the field that is wrong, in bytes from the start of the buffer; undefined for a value that was to be written. */
  readonly offset: number | undefined;

  constructor(message: string, offset?: number) {
    super(offset === undefined ? message : `at byte ${offset}: ${message}`);
    this.offset = offset;
  }
}
