import { createRequire } from 'node:module';
import { performance } from 'node:perf_hooks';
import { gzipSync } from 'node:zlib';
import type * as Pprof from '@datadog/pprof';
import { busyShare } from './busy-share.ts';
import { HeapSampler } from './heap-sampler.ts';
import { spreadIdleCpu } from './idle-cpu.ts';
import type { Log } from './log.ts';

export interface Sampling {
  readonly intervalMs: number;
  readonly periodMs: number;
}

/** What was sampled between two rotations: gzipped pprof by file name. */
export interface Recording {
  readonly startMs: number;
  readonly endMs: number;
  readonly files: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  /** Of the event loop; undefined where nothing was sampled. */
  readonly busyShare: number | undefined;
}

interface Running extends Sampling {
  readonly startMs: number;
  /** The same moment by the monotonic clock, which nobody can set. */
  readonly sinceMs: number;
}

/** Past this the clock was set meanwhile, and not just drawn nearer to the right time. */
const CLOCK_IS_SET_MS = 1000;

/**
 * Wall and CPU time and the heap of this thread. Starting walks all compiled code (hundreds of milliseconds in a
 * large application), so it is started once, early, and rotated, which costs a few milliseconds whatever the size.
 */
export class Sampler {
  readonly #pprof: typeof Pprof;
  readonly #heap: HeapSampler;
  #running: Running | undefined;

  /** Throws where the native sampler does not run: an unknown platform, or a package that is not there. */
  constructor(heapIntervalBytes: number, log: Log) {
    // Not an import: that would fail the application where the binary is missing, and one that is awaited
    // could not be preloaded with `--require`.
    this.#pprof = createRequire(import.meta.url)('@datadog/pprof') as typeof Pprof;
    this.#heap = new HeapSampler(this.#pprof, heapIntervalBytes, log);
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  start(sampling: Sampling): void {
    this.#startTime(sampling);
    this.#heap.start();
  }

  #startTime({ intervalMs, periodMs }: Sampling): void {
    this.#pprof.time.start({
      intervalMicros: Math.round(intervalMs * 1000),
      // Sizes the ring of CPU times: samples past twice this duration are lost. Half as much again is for
      // rotations that come late.
      durationMillis: periodMs * 1.5,
      // CPU time is kept per context, so it needs them, though nothing is ever put in one.
      withContexts: true,
      collectCpuTime: true,
      lineNumbers: false,
    });
    this.#running = { intervalMs, periodMs, startMs: Date.now(), sinceMs: performance.now() };
  }

  /** Whether this needs a restart, because the running sampler has another interval or no room for the period. */
  mustRestart({ intervalMs, periodMs }: Sampling): boolean {
    const running = this.#running;
    return !!running && (running.intervalMs !== intervalMs || running.periodMs < periodMs);
  }

  /** Hands over what was sampled since the start or the last rotation, and goes on, anew where it must. */
  rotate(next?: Sampling): Recording | undefined {
    const running = this.#running;
    if (!running) return undefined;
    const isAnew = next !== undefined && this.mustRestart(next);
    const wall = this.#pprof.time.stop(!isAnew);
    const nowMs = performance.now();
    const endMs = Date.now();
    const startMs = startOf(running, { nowMs, endMs });
    const share = busyShare(wall);
    spreadIdleCpu(wall);
    const files: { name: string; bytes: Uint8Array }[] = [
      { name: 'wall.pprof.gz', bytes: gzipSync(wall.encode()) },
    ];
    const heap = this.#heap.profile();
    if (heap) files.push({ name: 'heap.pprof.gz', bytes: heap });
    if (isAnew) {
      if (this.#pprof.time.isStarted()) this.#pprof.time.stop(false);
      this.#startTime(next);
    }
    // The next one begins here even where starting anew took a while: there is no time that belongs to neither.
    this.#running = { ...running, ...(isAnew ? next : {}), startMs: endMs, sinceMs: nowMs };
    return { startMs, endMs, files, busyShare: share };
  }

  /** How much is allocated, for the heap to be sampled as finely as that costs little. */
  followAllocation(bytesPerSecond: number): void {
    this.#heap.follow(bytesPerSecond);
  }

  /** A signal to a thread that is going away may crash it, so this comes before the thread ends. */
  stop(): void {
    if (!this.#running) return;
    this.#running = undefined;
    if (this.#pprof.time.isStarted()) this.#pprof.time.stop(false);
    this.#heap.stop();
  }
}

/** A profile begins where the last one ended, unless that would make it longer or shorter than it took. */
function startOf(
  { startMs, sinceMs }: Running,
  { nowMs, endMs }: { readonly nowMs: number; readonly endMs: number },
): number {
  const tookMs = Math.round(nowMs - sinceMs);
  return Math.abs(endMs - startMs - tookMs) > CLOCK_IS_SET_MS ? endMs - tookMs : startMs;
}
