import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import { isMainThread } from 'node:worker_threads';
import type { UploadMetadata } from '@everflame/api';
import { GcMeter } from './gc-meter.ts';
import type { Harmless } from './harmless.ts';

export type Facts = NonNullable<UploadMetadata['facts']>;

const DELAY_RESOLUTION_MS = 50;

/** What a stack cannot say, measured between two calls of `take`. */
export class FactsMeter {
  readonly #gc: GcMeter;
  readonly #delay: IntervalHistogram | undefined;
  readonly #samplers = new SamplerThreads();
  #ownMs = 0;
  #cpu = process.cpuUsage();
  #bytesPerSecond: number | undefined;

  constructor(harmless: Harmless) {
    this.#gc = new GcMeter(harmless);
    if (isMainThread) {
      this.#delay = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });
      this.#delay.enable();
    }
  }

  /** Counts what `act` costs as the agent's own. */
  own<T>(act: () => T): T {
    const start = threadCpuMs();
    try {
      return act();
    } finally {
      this.#ownMs += threadCpuMs() - start;
    }
  }

  /** `busyShare` of the same window, as the samples tell it. */
  take(busyShare?: number): Facts {
    // Worker threads say only what adds up over the threads of a process; the rest is the main thread's to say.
    const collections = this.#gc.take();
    this.#bytesPerSecond = collections?.bytesPerSecond;
    const facts = isMainThread
      ? this.#processFacts(busyShare)
      : { agentOverheadSeconds: this.#ownMs / 1000 };
    this.#ownMs = 0;
    return { ...facts, ...(collections ? { gcSeconds: collections.seconds } : {}) };
  }

  /** What this thread allocated in the window taken last; undefined where that is not known. */
  get bytesPerSecond(): number | undefined {
    return this.#bytesPerSecond;
  }

  #processFacts(busyShare: number | undefined): Facts {
    const heap = getHeapStatistics();
    const cpu = process.cpuUsage(this.#cpu);
    this.#cpu = process.cpuUsage();
    const { threads, cpuMs } = this.#samplers.take();
    return {
      vcpus: availableParallelism(),
      cpuSeconds: (cpu.user + cpu.system) / 1e6,
      ...(threads > 0 ? { threads } : {}),
      heapUsedBytes: heap.used_heap_size,
      heapMaxBytes: heap.heap_size_limit,
      rssBytes: process.memoryUsage.rss(),
      ...(busyShare === undefined ? {} : { eventLoopUtilization: busyShare }),
      ...this.#delayFacts(),
      agentOverheadSeconds: (this.#ownMs + cpuMs) / 1000,
    };
  }

  #delayFacts(): Facts {
    const delay = this.#delay;
    if (!delay?.count) return {};
    // The histogram holds the time between two of its own timers, not how late they were.
    const lateMs = delay.percentile(99) / 1e6 - DELAY_RESOLUTION_MS;
    delay.reset();
    return { eventLoopDelayP99Ms: Math.max(0, lateMs) };
  }

  stop(): void {
    this.#gc.stop();
    this.#delay?.disable();
  }
}

/** CPU of this thread where Node can tell (23.9 and later), else of the process, which is a little more. */
function threadCpuMs(): number {
  const { user, system } =
    'threadCpuUsage' in process && typeof process.threadCpuUsage === 'function'
      ? (process.threadCpuUsage() as NodeJS.CpuUsage)
      : process.cpuUsage();
  return (user + system) / 1000;
}

/** V8's sampling threads, one per profiled JavaScript thread, by the name that V8 gives them. */
const SAMPLER_THREAD = 'v8:ProfEvntProc';

/** The CPU that V8's samplers burn beside the threads they sample. Known on Linux only. */
class SamplerThreads {
  #seen = new Map<string, number>();

  /** CPU since the last call, and how many threads the process has; 0 where that is not known. */
  take(): { readonly threads: number; readonly cpuMs: number } {
    if (process.platform !== 'linux') return { threads: 0, cpuMs: 0 };
    try {
      const threads = readdirSync('/proc/self/task');
      const now = new Map<string, number>();
      let cpuMs = 0;
      for (const thread of threads) {
        if (read(thread, 'comm').trim() !== SAMPLER_THREAD) continue;
        const ms = Number(read(thread, 'schedstat').split(' ', 1)[0]) / 1e6 || 0;
        now.set(thread, ms);
        cpuMs += Math.max(0, ms - (this.#seen.get(thread) ?? 0));
      }
      this.#seen = now;
      return { threads: threads.length, cpuMs };
    } catch {
      // A thread ended between the listing and the reading, or there is no /proc.
      return { threads: 0, cpuMs: 0 };
    }
  }
}

const read = (thread: string, file: string) =>
  readFileSync(`/proc/self/task/${thread}/${file}`, 'utf8');
