/** What stands before a command so that it runs as somebody else or on a machine that is a little different. */

export const NOBODY = 65534;

/** As an ordinary user. The program that follows replaces it, so the process is that program's. */
export const asNobody = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--'];

/** After `setUp` in a mount namespace of its own, so that the machine stays as it is. */
export function within(setUp: string): string[] {
  return ['unshare', '--mount', '--propagation', 'private', 'bash', '-ec', `${setUp}; exec "$@"`, 'bash'];
}
