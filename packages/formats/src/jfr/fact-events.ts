import type { Fact } from '@everflame/model';
import type { Chunk } from './chunks.ts';
import type { EventKind, OpenChunk } from './survey.ts';

/** A chunk lasts minutes; of longer ones the heap's beginning is enough. */
const MAX_HEAP_SECONDS = 3600;
/** Collectors have a name for each kind of collection, about three. */
const MAX_COLLECTORS = 16;

interface Heap {
  used: number;
  count: number;
  committed: number;
  max: number;
}

/** What one chunk says of its process that stacks cannot. */
export class FactEvents {
  readonly #open: OpenChunk;
  readonly #chunk: Chunk;
  readonly #config = new Map<string, string>();
  #load = { sum: 0, count: 0 };
  #cores = 0;
  #threads = 0;
  #maxHeap = 0;
  readonly #collections = new Map<string, { count: number; ns: number }>();
  readonly #pauses = { count: 0, ns: 0 };
  /** By second. */
  readonly #heaps = new Map<number, Heap>();
  /** Throwables since the process began, at the first and last look. */
  readonly thrown: { first?: number; last?: number } = {};
  jvm = { name: '', version: '', pid: 0 };
  recorder = '';

  constructor(open: OpenChunk, chunk: Chunk) {
    this.#open = open;
    this.#chunk = chunk;
  }

  get kinds(): readonly EventKind[] {
    return [...this.#processEvents(), ...this.#gcEvents(), ...this.#configEvents()];
  }

  #processEvents(): EventKind[] {
    return [
      {
        event: 'jdk.CPULoad',
        fields: ['jvmUser', 'jvmSystem'],
        take: ([user, system]) => {
          const load = user! + system!;
          if (!(load >= 0)) return;
          this.#load.sum += load;
          this.#load.count++;
        },
      },
      {
        event: 'jdk.CPUInformation',
        fields: ['hwThreads'],
        take: ([cores]) => {
          if (cores! > 0) this.#cores = cores!;
        },
      },
      {
        event: 'jdk.JavaThreadStatistics',
        fields: ['activeCount'],
        take: ([active]) => {
          if (active! > this.#threads) this.#threads = active!;
        },
      },
      {
        event: 'jdk.ExceptionStatistics',
        fields: ['throwables'],
        take: ([total]) => {
          this.thrown.first ??= total!;
          this.thrown.last = total!;
        },
      },
    ];
  }

  #gcEvents(): EventKind[] {
    return [
      {
        event: 'jdk.GarbageCollection',
        fields: ['name', 'sumOfPauses'],
        take: ([key, ns]) => {
          const name = this.#open.symbols.gcName(key!);
          const known = this.#collections.get(name) ?? { count: 0, ns: 0 };
          if (this.#collections.size < MAX_COLLECTORS) this.#collections.set(name, known);
          known.count++;
          known.ns += ns!;
        },
      },
      {
        event: 'jdk.GCPhasePause',
        fields: ['duration'],
        take: ([ns]) => {
          this.#pauses.count++;
          this.#pauses.ns += ns!;
        },
      },
      {
        event: 'jdk.GCHeapSummary',
        fields: ['startTime', 'heapUsed', 'heapSpace.committedSize', 'heapSpace.reservedSize'],
        take: ([ms, used, committed, reserved]) => {
          if (!(ms! > 0 && used! >= 0)) return;
          const second = Math.floor(ms! / 1000);
          const heap = this.#heaps.get(second) ?? { used: 0, count: 0, committed: 0, max: 0 };
          if (this.#heaps.size < MAX_HEAP_SECONDS) this.#heaps.set(second, heap);
          heap.used += used!;
          heap.count++;
          heap.committed = Math.max(heap.committed, committed!);
          heap.max = Math.max(heap.max, reserved!);
        },
      },
      {
        event: 'jdk.GCHeapConfiguration',
        fields: ['maxSize'],
        take: ([max]) => {
          if (max! > 0) this.#maxHeap = max!;
        },
      },
    ];
  }

  /** Command lines and environments are not read: they hold secrets. */
  #configEvents(): EventKind[] {
    const { pools, symbols } = this.#open;
    return [
      {
        event: 'jdk.JVMInformation',
        fields: ['jvmName', 'jvmVersion', 'pid'],
        take: ([name, version, pid]) => {
          this.jvm = { name: pools.text(name!), version: pools.text(version!), pid: pid! };
        },
      },
      {
        event: 'jdk.GCConfiguration',
        fields: ['youngCollector', 'oldCollector'],
        take: ([young, old]) => {
          this.#config.set('jvm.gc.young', symbols.gcName(young!));
          this.#config.set('jvm.gc.old', symbols.gcName(old!));
        },
      },
      {
        event: 'jdk.ContainerConfiguration',
        fields: ['effectiveCpuCount', 'memoryLimit'],
        take: ([cores, memory]) => {
          if (cores! > 0) this.#config.set('container.cpu.count', `${cores}`);
          if (memory! > 0) this.#config.set('container.memory.limit', `${memory}`);
        },
      },
      {
        event: 'jdk.ActiveRecording',
        fields: ['name'],
        take: ([name]) => {
          this.recorder = pools.text(name!);
        },
      },
    ];
  }

  /** Without exceptions, whose counter goes on from chunk to chunk. */
  facts(): Fact[] {
    const t = this.#chunk.endMs;
    const seconds = (t - this.#chunk.startMs) / 1000;
    const facts: Fact[] = [];
    // A load is a share of the machine; the first is 0 where the JVM had nothing to compare with.
    if (this.#load.sum > 0 && this.#cores > 0) {
      const load = this.#load.sum / this.#load.count;
      facts.push({ kind: 'cpu', t, seconds: load * this.#cores * seconds, vcpus: this.#cores });
    }
    if (this.#threads > 0) facts.push({ kind: 'threads', t, count: this.#threads });
    for (const [name, { count, ns }] of this.#gc()) {
      facts.push({ kind: 'gc', t, seconds: ns / 1e9, count, ...(name ? { name } : {}) });
    }
    for (const [second, heap] of this.#heaps) facts.push(this.#heapFact(second, heap));
    for (const [key, value] of this.#config) {
      if (value) facts.push({ kind: 'config', key, value });
    }
    return facts;
  }

  #gc(): Iterable<readonly [string, { count: number; ns: number }]> {
    if (this.#collections.size > 0 || this.#pauses.count === 0) return this.#collections;
    return [['', this.#pauses]];
  }

  #heapFact(second: number, { used, count, committed, max }: Heap): Fact {
    const most = this.#maxHeap || max;
    return {
      kind: 'heap',
      t: second * 1000,
      used: used / count,
      ...(committed > 0 ? { committed } : {}),
      ...(most > 0 ? { max: most } : {}),
    };
  }
}
