import type { Log } from './log.ts';

/** After this many faults of our own, profiling ends for good. */
const FAULTS_ALLOWED = 5;

/**
 * We run inside somebody's service. Whatever we get wrong may cost them profiles, nothing else: every entry
 * into this package from a timer, an event or a caller goes through here.
 */
export class Harmless {
  readonly #log: Log;
  readonly #giveUp: () => void;
  #faults = 0;

  constructor(log: Log, giveUp: () => void) {
    this.#log = log;
    this.#giveUp = giveUp;
  }

  run<T>(act: () => T): T | undefined {
    try {
      return act();
    } catch (cause) {
      this.#count(cause);
      return undefined;
    }
  }

  wrap<Args extends unknown[]>(act: (...args: Args) => void): (...args: Args) => void {
    return (...args) => void this.run(() => act(...args));
  }

  async wait(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (cause) {
      this.#count(cause);
    }
  }

  #count(cause: unknown): void {
    this.#faults++;
    this.#log.info(`a fault of the agent: ${String(cause)}`);
    this.#log.debug(cause instanceof Error ? String(cause.stack) : '');
    if (this.#faults !== FAULTS_ALLOWED) return;
    this.#log.info(`profiling ends for this process after ${FAULTS_ALLOWED} faults`);
    try {
      this.#giveUp();
    } catch {
      // Even giving up failed; nothing of ours runs again anyway.
    }
  }
}
