/** What asking Windows rejects with. */

/** The message names the function that failed, or what is missing and the cure. */
export class WindowsError extends Error {
  override readonly name = 'WindowsError';
}
