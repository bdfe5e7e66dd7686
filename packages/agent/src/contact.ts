import type { Log } from './log.ts';

/** What may go wrong by itself: asking what to do, and handing over profiles. */
export type Errand = 'asking' | 'sending';

export interface Ends {
  /** The group as the server knows it. */
  readonly group: string;
  /** Where profiles go, as a person would write it. */
  readonly server: string;
  /** Said once, with the first success. */
  readonly note: string | undefined;
}

/** Tells whoever runs the application whether its profiles arrive: a line when that changes, not one per attempt. */
export class Contact {
  readonly #log: Log;
  readonly #ends: Ends;
  readonly #troubles = new Set<Errand>();
  #hasSucceeded = false;
  #isMuted = false;
  /** Set when no further attempt follows. */
  isLast = false;

  constructor(log: Log, ends: Ends) {
    this.#log = log;
    this.#ends = ends;
  }

  /** Says nothing from now on. */
  mute(): void {
    this.#isMuted = true;
  }

  /** `isWanted`: whether the server wants profiles at all; before it does, none go anywhere. */
  succeeded(errand: Errand, isWanted = true): void {
    const { group, server, note } = this.#ends;
    const wasInTrouble = this.#troubles.delete(errand);
    if (this.#troubles.size > 0) return;
    if (isWanted && !this.#hasSucceeded) {
      this.#say(`profiles into ${group} at ${server}${note ? `; ${note}` : ''}`);
      this.#hasSucceeded = true;
    } else if (wasInTrouble) this.#say(`profiles reach ${server} again`);
  }

  failed(errand: Errand, reason: string): void {
    const isNew = this.#troubles.size === 0;
    this.#troubles.add(errand);
    if (!isNew) return;
    const outlook = this.isLast ? 'there is no further attempt' : 'it goes on trying';
    this.#say(`profiles do not reach ${this.#ends.server}: ${reason}; ${outlook}`);
  }

  /** What the server says of a profile that it stored, such as that a label means nothing to it: once each. */
  warned(warnings: readonly string[]): void {
    if (this.#isMuted) return;
    for (const one of warnings) this.#log.info(`the server says: ${one}`);
  }

  #say(what: string): void {
    if (!this.#isMuted) this.#log.news(what);
  }
}

/** What went wrong, without the class of the error. */
export const reasonOf = (cause: unknown): string =>
  (cause instanceof Error && cause.message) || String(cause);
