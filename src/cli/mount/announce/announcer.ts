/**
 * Says what becomes of a mount to all who want to know: notes for people, events for programs (--json), states for a
 * service manager, and the process that waits for a daemon to serve. Decides nothing.
 */

import type { Ending } from '../../../mount/session.ts';
import type { SnapshotsChange } from '../../../mount/view/view.ts';
import type { CommandContext } from '../../context.ts';
import type { MountSettings } from '../settings.ts';
import { MountEvents } from './events.ts';
import { connectServiceManager, type ServiceManager } from './service-manager.ts';

export interface Announced {
  /** As it was given, for people. */
  readonly mountpoint: string;
  /** What the driver was told: absolute and without links, or `*`. */
  readonly path: string;
  readonly settings: MountSettings;
}

export class Announcer {
  readonly #announced: Announced;
  readonly #context: CommandContext;
  readonly #manager: ServiceManager;
  readonly #events: MountEvents;
  /** Where it stands, once it serves: for programs. */
  #place: string | undefined;

  private constructor(announced: Announced, context: CommandContext, manager: ServiceManager) {
    this.#announced = announced;
    this.#context = context;
    this.#manager = manager;
    this.#events = new MountEvents(context.json ? context.events : undefined, context.reporter);
  }

  static async create(announced: Announced, context: CommandContext): Promise<Announcer> {
    const manager = await connectServiceManager(context.streams.env, context.reporter);
    return new Announcer(announced, context, manager);
  }

  /** Once it serves, at `place`. */
  async ready(place: string): Promise<void> {
    const { launcher } = this.#context;
    this.#place = place;
    this.#noteReady();
    this.#manager.ready(`Serving the repository at ${this.#shownPlace}`);
    this.#events.emit({ message_type: 'ready', mountpoint: place });
    if (launcher === undefined) return;
    await this.#events.flush();
    launcher.ready();
  }

  snapshotsChanged({ added, removed, total }: SnapshotsChange): void {
    if (this.#place !== undefined)
      this.#events.emit({ message_type: 'snapshots-changed', added, removed, total });
  }

  lockRefreshed(): void {
    this.#events.emit({ message_type: 'lock-refreshed' });
  }

  lockLost(reason: unknown): void {
    const message = reason instanceof Error ? reason.message : String(reason);
    this.#events.emit({ message_type: 'lock-lost', message });
  }

  /** It begins to end. */
  ending(): void {
    this.#manager.stopping(`Unmounting ${this.#shownPlace}`);
  }

  /** All is done. */
  ended(reason: Ending): void {
    const { settings } = this.#announced;
    if (this.#place === undefined) return;
    if (reason === 'idle') this.#context.reporter.note(`Not used for ${settings.idle?.text}: unmounted`);
    this.#events.emit({ message_type: 'unmounted', mountpoint: this.#place, reason });
  }

  /** Resolves when everybody has heard it who still listens. */
  close(): Promise<void> {
    return this.#events.close();
  }

  /** As people gave it, unless the driver chose. */
  get #shownPlace(): string {
    const { mountpoint, path } = this.#announced;
    return this.#place === undefined || this.#place === path ? mountpoint : this.#place;
  }

  #noteReady(): void {
    const { settings } = this.#announced;
    const { reporter, launcher, stop } = this.#context;
    if (settings.command !== undefined) {
      noteStop(stop.first, () => reporter.note('Waiting for the command; ask once more to end it at once'));
      return;
    }
    reporter.note(`Now serving the repository at ${this.#shownPlace}`);
    reporter.note('Browse it with any other program');
    reporter.note(
      (launcher?.stays ?? true)
        ? 'Press Ctrl-C here or unmount it to end'
        : 'Unmount it to end: `snapmount umount` waits until all is done',
    );
    noteStop(stop.first, () =>
      reporter.note('Unmounting; ask once more to end without waiting for its users'),
    );
  }
}

function noteStop(signal: AbortSignal, note: () => void): void {
  signal.addEventListener('abort', note, { once: true });
}
