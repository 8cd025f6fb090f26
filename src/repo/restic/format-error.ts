/** The one error of the decoders in this folder: a document is not what the format says. Knows no file names. */

/** `offset` counts bytes from the document's start, of where reading stopped. */
export class FormatError extends Error {
  override readonly name = 'FormatError';
  readonly offset: number;

  constructor(message: string, offset: number, options?: ErrorOptions) {
    super(message, options);
    this.offset = offset;
  }
}
