import { gzipSync } from 'node:zlib';
import type * as Pprof from '@datadog/pprof';
import { type HeapPace, nextPace } from './heap-pace.ts';
import type { Log } from './log.ts';

const STACK_DEPTH = 128;

/**
 * Objects of this thread that live, sampled as they are allocated. V8 weighs each by the interval at which it was
 * taken, and every profile says the interval (as its pprof period).
 */
export class HeapSampler {
  readonly #pprof: typeof Pprof;
  readonly #finestBytes: number;
  readonly #log: Log;
  #pace: HeapPace;
  #isRunning = false;

  /** `finestBytes` between two samples or more, as fast as is allocated; 0 for no sampling. */
  constructor(pprof: typeof Pprof, finestBytes: number, log: Log) {
    this.#pprof = pprof;
    this.#finestBytes = finestBytes;
    this.#log = log;
    this.#pace = { intervalBytes: finestBytes, calmPeriods: 0 };
  }

  start(): void {
    if (this.#finestBytes <= 0 || this.#isRunning) return;
    try {
      this.#pprof.heap.start(this.#pace.intervalBytes, STACK_DEPTH);
      this.#isRunning = true;
    } catch (cause) {
      this.#log.info(`no heap profiles: ${String(cause)}`);
    }
  }

  /** Gzipped pprof; undefined where the heap is not sampled. */
  profile(): Uint8Array | undefined {
    return this.#isRunning ? gzipSync(this.#pprof.heap.profile().encode()) : undefined;
  }

  /** Goes on at another interval where so much is allocated that it costs, or little enough to see more. */
  follow(bytesPerSecond: number): void {
    if (!this.#isRunning) return;
    const { intervalBytes } = this.#pace;
    this.#pace = nextPace(this.#pace, bytesPerSecond, this.#finestBytes);
    if (this.#pace.intervalBytes === intervalBytes) return;
    // V8 cannot change it on the way, and forgets the objects that it has taken so far.
    this.stop();
    this.start();
    const rate = Math.round(bytesPerSecond / 1e6);
    this.#log.debug(`heap samples ${this.#pace.intervalBytes} bytes apart: ${rate} MB/s`);
  }

  stop(): void {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    this.#pprof.heap.stop();
  }
}
