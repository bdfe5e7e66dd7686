import {
  constants,
  type PerformanceEntry,
  PerformanceObserver,
  performance,
} from 'node:perf_hooks';
import { getHeapSpaceStatistics } from 'node:v8';
import type { Harmless } from './harmless.ts';

/**
 * One second in five. Node builds an entry for every collection, which took 2 % of the CPU of a service that
 * allocates 400 MB/s; a fifth of that cannot be told from noise, and a minute still holds twelve looks.
 * The rests differ: of work that comes every five seconds, all would be seen, or nothing. A block of work is seen
 * whole where its beginning is, so that each is as likely to be seen as another, however long it takes.
 */
const OBSERVED_MS = 1000;
const RESTING_MS = [2000, 6000] as const;
/** What ends sooner is not worth a look. */
const FIRST_LOOK_MS = 1000;

/** Means over the time since the last look, extrapolated from the part of it that was observed. */
export interface Collections {
  /** In garbage collection. */
  readonly seconds: number;
  /** Allocated by JavaScript, within a third or so: the young generation was filled as often as it was collected. */
  readonly bytesPerSecond: number;
}

/** Watches garbage collection for a part of the time. */
export class GcMeter {
  readonly #harmless: Harmless;
  readonly #observer: PerformanceObserver;
  #timer: NodeJS.Timeout | undefined;
  #observedSinceMs: number | undefined;
  #takenMs = performance.now();
  #gcMs = 0;
  #youngBytes = 0;
  #observedMs = 0;

  constructor(harmless: Harmless) {
    this.#harmless = harmless;
    this.#observer = new PerformanceObserver((list) =>
      harmless.run(() => this.#count(list.getEntries())),
    );
    this.#next(FIRST_LOOK_MS, () => this.#observe());
  }

  /** Since the last call; undefined where nothing was observed since. */
  take(): Collections | undefined {
    this.#settle();
    const nowMs = performance.now();
    const observedMs = this.#observedMs;
    const seconds = ((this.#gcMs / observedMs) * (nowMs - this.#takenMs)) / 1000;
    const bytesPerSecond = (1000 * this.#youngBytes) / observedMs;
    this.#takenMs = nowMs;
    this.#gcMs = 0;
    this.#youngBytes = 0;
    this.#observedMs = 0;
    return observedMs > 0 ? { seconds, bytesPerSecond } : undefined;
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
    const [least, most] = RESTING_MS;
    this.#next(least + Math.random() * (most - least), () => this.#observe());
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
    if (entries.length === 0) return;
    let young = 0;
    for (const entry of entries) {
      this.#gcMs += entry.duration;
      if (isYoung(entry)) young++;
    }
    this.#youngBytes += young * youngCapacity();
  }
}

/** The types of Node leave out what entries of collections hold. */
interface Collection extends PerformanceEntry {
  readonly detail?: { readonly kind?: number };
}

const isYoung = (entry: Collection): boolean =>
  entry.detail?.kind === constants.NODE_PERFORMANCE_GC_MINOR;

/** What fits between two collections of the young generation. It grows to 16 MiB in a program that allocates fast. */
function youngCapacity(): number {
  const young = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space');
  return young ? young.space_used_size + young.space_available_size : 0;
}
