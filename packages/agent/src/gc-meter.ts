import { type PerformanceEntry, PerformanceObserver, performance } from 'node:perf_hooks';
import type { Harmless } from './harmless.ts';

/**
 * One second in five. Node builds an entry for every collection, which took 2 % of the CPU of a service that
 * allocates 400 MB/s; a fifth of that cannot be told from noise, and a minute still holds twelve looks.
 */
const OBSERVED_MS = 1000;
const RESTING_MS = 4000;
/** What ends sooner is not worth a look. */
const FIRST_LOOK_MS = 1000;

/** Time in garbage collection, extrapolated from the part of the time in which it was observed. */
export class GcMeter {
  readonly #harmless: Harmless;
  readonly #observer: PerformanceObserver;
  #timer: NodeJS.Timeout | undefined;
  #observedSinceMs: number | undefined;
  #takenMs = performance.now();
  #gcMs = 0;
  #observedMs = 0;

  constructor(harmless: Harmless) {
    this.#harmless = harmless;
    this.#observer = new PerformanceObserver((list) =>
      harmless.run(() => this.#count(list.getEntries())),
    );
    this.#next(FIRST_LOOK_MS, () => this.#observe());
  }

  /** Seconds since the last call; undefined where nothing was observed since. */
  take(): number | undefined {
    this.#settle();
    const nowMs = performance.now();
    const share = this.#observedMs > 0 ? this.#gcMs / this.#observedMs : undefined;
    const seconds = share === undefined ? undefined : (share * (nowMs - this.#takenMs)) / 1000;
    this.#takenMs = nowMs;
    this.#gcMs = 0;
    this.#observedMs = 0;
    return seconds;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#observer.disconnect();
  }

  #observe(): void {
    this.#observer.observe({ entryTypes: ['gc'] });
    this.#observedSinceMs = performance.now();
    this.#next(OBSERVED_MS, () => this.#rest());
  }

  #rest(): void {
    this.#settle();
    this.#observedSinceMs = undefined;
    this.#observer.disconnect();
    this.#next(RESTING_MS, () => this.#observe());
  }

  #next(ms: number, act: () => void): void {
    this.#timer = setTimeout(this.#harmless.wrap(act), ms).unref();
  }

  #settle(): void {
    this.#count(this.#observer.takeRecords());
    if (this.#observedSinceMs === undefined) return;
    const nowMs = performance.now();
    this.#observedMs += nowMs - this.#observedSinceMs;
    this.#observedSinceMs = nowMs;
  }

  #count(entries: readonly PerformanceEntry[]): void {
    for (const { duration } of entries) this.#gcMs += duration;
  }
}
