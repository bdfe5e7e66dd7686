import { knownMeasures } from '@everflame/model';
import type { Hints } from '../format.ts';
import type { MergedRows } from './merged-rows.ts';
import { nanosecondsOf } from './settings.ts';
import type { EventKind, OpenChunk, Survey } from './survey.ts';
import {
  BLOCKED,
  NATIVE,
  RUNNABLE,
  stateOfName,
  TIMED_WAITING,
  UNKNOWN,
  unlessFramesTell,
  unlessIdle,
  WAITING,
} from './thread-state.ts';

const {
  cpu,
  wall,
  alloc_bytes,
  alloc_objects,
  live_bytes,
  live_objects,
  native_alloc_bytes,
  lock_count,
  lock_wait,
  exceptions,
  samples,
} = knownMeasures;

/** What the JDK alone tells of waiting; async-profiler has a wall clock or nothing. */
const waitEvents = ['jdk.NativeMethodSample', 'jdk.ThreadSleep', 'jdk.JavaMonitorWait'];

/** Events whose presence or settings decide how others are weighed. */
export const decisiveEvents = [
  ...waitEvents,
  'jdk.ExecutionSample',
  'jdk.CPUTimeSample',
  'profiler.WallClockSample',
  'jdk.ObjectAllocationInNewTLAB',
  'jdk.ObjectAllocationOutsideTLAB',
  'profiler.LiveObject',
  'jdk.JavaExceptionThrow',
];

/**
 * What async-profiler may take samples of CPU time by. Before its version 4 the wall clock's were the same kind of
 * event, and samples of cache misses and the like still are: their interval is no time.
 */
const cpuClocks = ['cpu', 'ctimer', 'itimer'];

/** Rows of different kinds count different observations. */
const ON_CPU = 0;
const OFF_CPU = 1;
const ALLOCATED = 2;
const LIVE = 3;
const LOCKED = 4;
const THROWN = 5;

/** What a recorder of the JDK or async-profiler does without being told. */
const DEFAULT_PERIOD_NS = 10e6;

/** What the events of one chunk add to the samples. */
export class SampleEvents {
  readonly #chunk: OpenChunk;
  readonly #survey: Survey;
  readonly #rows: MergedRows;
  readonly #hints: Hints;
  /** Time that threads spend waiting is told by samples of a wall clock, by events that last, or not at all. */
  readonly #addsUpWall: boolean;

  constructor(
    chunk: OpenChunk,
    { survey, rows, hints }: { survey: Survey; rows: MergedRows; hints: Hints },
  ) {
    this.#chunk = chunk;
    this.#survey = survey;
    this.#rows = rows;
    this.#hints = hints;
    this.#addsUpWall =
      !survey.has('profiler.WallClockSample') && waitEvents.some((event) => survey.has(event));
    if (survey.has('profiler.LiveObject')) rows.forget(live_bytes, live_objects);
  }

  get kinds(): readonly EventKind[] {
    return [
      ...this.#cpuEvents(),
      ...this.#wallEvents(),
      ...this.#allocationEvents(),
      ...this.#lockEvents(),
      ...this.#ioEvents(),
      ...this.#exceptionEvents(),
    ];
  }

  #cpuEvents(): EventKind[] {
    const period = this.#periodOf('jdk.ExecutionSample', ['period', 'interval']);
    const hasCpuTime = this.#survey.has('jdk.CPUTimeSample');
    const clock = this.#survey.settings.get('event') || 'cpu';
    return [
      {
        event: 'jdk.ExecutionSample',
        fields: ['sampledThread', 'stackTrace', 'state'],
        take: (values) => {
          // The newer sampler knows better.
          if (hasCpuTime) return;
          const state = this.#stateOf(values[2]!);
          if (cpuClocks.includes(clock)) this.#ran(values, state, period);
          else if (clock === 'wall')
            this.#rows.add(this.#row(values, state, OFF_CPU), wall, period);
          else this.#rows.add(this.#row(values, state, ON_CPU), samples, 1);
        },
      },
      {
        event: 'jdk.CPUTimeSample',
        fields: ['eventThread', 'stackTrace', 'samplingPeriod', 'failed'],
        take: (values) => {
          if (!(values[3]! > 0)) this.#ran(values, RUNNABLE, values[2]!);
        },
      },
      {
        event: 'jdk.GCCPUTime',
        fields: ['gcId', 'userTime', 'systemTime'],
        take: ([id, user, system]) => {
          // No thread that is sampled collects garbage, and it may be a quarter of the CPU.
          const { tables } = this.#chunk.symbols;
          const cause = this.#survey.gcCauses.get(`${id}`);
          const stack = tables.ownStack('(garbage collection)', ...(cause ? [cause] : []));
          const thread = tables.thread('GC', 0);
          const row = this.#rows.row(stack, thread, RUNNABLE, ON_CPU);
          this.#rows.count(row, 1);
          this.#rows.add(row, cpu, user! + system!);
        },
      },
    ];
  }

  /** A thread that runs is there as well: without a wall clock, its time is all that is known of it. */
  #ran(values: Float64Array, state: number, ns: number): void {
    const row = this.#row(values, state === UNKNOWN ? RUNNABLE : state, ON_CPU);
    this.#rows.add(row, cpu, ns);
    if (this.#addsUpWall) this.#rows.add(row, wall, ns);
  }

  #wallEvents(): EventKind[] {
    const nativePeriod = this.#periodOf('jdk.NativeMethodSample', ['period']);
    const interval =
      nanosecondsOf(this.#survey.settings.get('jdk.ExecutionSample wall')) ??
      this.#periodOf('profiler.WallClockSample', ['wall', 'interval']);
    return [
      {
        event: 'jdk.NativeMethodSample',
        fields: ['sampledThread', 'stackTrace'],
        take: (values) => this.#waited(values, unlessFramesTell(NATIVE), nativePeriod),
      },
      {
        event: 'profiler.WallClockSample',
        fields: ['sampledThread', 'stackTrace', 'state', 'samples'],
        take: (values) => {
          const observations = values[3]! >= 0 ? values[3]! : 1;
          const row = this.#row(values, this.#stateOf(values[2]!), OFF_CPU, observations);
          this.#rows.add(row, wall, observations * interval);
        },
      },
    ];
  }

  #allocationEvents(): EventKind[] {
    const survey = this.#survey;
    const hasBuffers =
      survey.has('jdk.ObjectAllocationInNewTLAB') || survey.has('jdk.ObjectAllocationOutsideTLAB');
    const allocated = (values: Float64Array, bytes: number, size: number) => {
      const row = this.#row(values, UNKNOWN, ALLOCATED);
      this.#rows.add(row, alloc_bytes, bytes);
      this.#rows.add(row, alloc_objects, size > 0 ? bytes / size : 1);
    };
    const sampled = Number(survey.settings.get('jdk.ObjectAllocationInNewTLAB alloc')) || 0;
    return [
      {
        event: 'jdk.ObjectAllocationInNewTLAB',
        fields: ['eventThread', 'stackTrace', 'tlabSize', 'allocationSize'],
        // One object of a whole buffer is told of; it stands for the others.
        take: (values) => allocated(values, values[2]!, values[3]!),
      },
      {
        event: 'jdk.ObjectAllocationOutsideTLAB',
        fields: ['eventThread', 'stackTrace', 'allocationSize'],
        take: (values) => allocated(values, values[2]!, values[2]!),
      },
      {
        event: 'jdk.ObjectAllocationSample',
        fields: ['eventThread', 'stackTrace', 'weight'],
        // These are a choice of the same allocations.
        take: (values) => {
          if (hasBuffers) return;
          this.#rows.add(this.#row(values, UNKNOWN, ALLOCATED), alloc_bytes, values[2]!);
        },
      },
      {
        event: 'profiler.LiveObject',
        fields: ['eventThread', 'stackTrace', 'allocationSize'],
        take: (values) => {
          const size = values[2]!;
          const bytes = Math.max(size, sampled);
          const row = this.#row(values, UNKNOWN, LIVE);
          this.#rows.add(row, live_bytes, bytes);
          this.#rows.add(row, live_objects, size > 0 ? bytes / size : 1);
        },
      },
      {
        event: 'profiler.Malloc',
        fields: ['eventThread', 'stackTrace', 'size'],
        take: (values) =>
          this.#rows.add(this.#row(values, UNKNOWN, ALLOCATED), native_alloc_bytes, values[2]!),
      },
    ];
  }

  #lockEvents(): EventKind[] {
    return [
      {
        event: 'jdk.JavaMonitorEnter',
        fields: ['eventThread', 'stackTrace', 'duration'],
        take: (values) => this.#contended(values, values[2]!),
      },
      {
        event: 'jdk.ThreadPark',
        fields: ['eventThread', 'stackTrace', 'duration', 'parkedClass', 'timeout', 'until'],
        take: (values) => {
          const isTimed = values[4]! > 0 || values[5]! > 0;
          if (isLock(this.#chunk.symbols.className(values[3]!))) {
            this.#contended(values, values[2]!);
          } else this.#waited(values, unlessIdle(isTimed ? TIMED_WAITING : WAITING), values[2]!);
        },
      },
      {
        event: 'jdk.JavaMonitorWait',
        fields: ['eventThread', 'stackTrace', 'duration', 'timeout'],
        take: (values) => {
          const state = values[3]! > 0 ? TIMED_WAITING : WAITING;
          this.#waited(values, unlessIdle(state), values[2]!);
        },
      },
      {
        event: 'jdk.ThreadSleep',
        fields: ['eventThread', 'stackTrace', 'duration'],
        take: (values) => this.#waited(values, TIMED_WAITING, values[2]!),
      },
    ];
  }

  /** Another end of a socket is waited for; a disk is the system's own work. */
  #ioEvents(): EventKind[] {
    const kind = (event: string, state: number): EventKind => ({
      event,
      fields: ['eventThread', 'stackTrace', 'duration'],
      take: (values) => this.#waited(values, state, values[2]!),
    });
    return [
      kind('jdk.SocketRead', WAITING),
      kind('jdk.SocketWrite', WAITING),
      kind('jdk.FileRead', NATIVE),
      kind('jdk.FileWrite', NATIVE),
      kind('jdk.FileForce', NATIVE),
    ];
  }

  #exceptionEvents(): EventKind[] {
    const hasThrows = this.#survey.has('jdk.JavaExceptionThrow');
    const thrown = (values: Float64Array) =>
      this.#rows.add(this.#row(values, UNKNOWN, THROWN), exceptions, 1);
    return [
      { event: 'jdk.JavaExceptionThrow', fields: ['eventThread', 'stackTrace'], take: thrown },
      {
        event: 'jdk.JavaErrorThrow',
        fields: ['eventThread', 'stackTrace'],
        // An error is an exception as well, and told of as both.
        take: (values) => {
          if (!hasThrows) thrown(values);
        },
      },
    ];
  }

  #contended(values: Float64Array, ns: number): void {
    const row = this.#row(values, BLOCKED, LOCKED);
    this.#rows.add(row, lock_count, 1);
    this.#rows.add(row, lock_wait, ns);
    if (this.#addsUpWall) this.#rows.add(row, wall, ns);
  }

  #waited(values: Float64Array, state: number, ns: number): void {
    if (this.#addsUpWall) this.#rows.add(this.#row(values, state, OFF_CPU), wall, ns);
  }

  /** The row of an event whose first two fields are thread and stack, one observation more than it had. */
  #row(values: Float64Array, state: number, kind: number, observations = 1): number {
    const { symbols } = this.#chunk;
    const thread = symbols.thread(values[0]!);
    const row = this.#rows.row(symbols.stack(values[1]!), thread, state, kind);
    this.#rows.count(row, observations);
    return row;
  }

  #stateOf(key: number): number {
    return stateOfName(this.#chunk.symbols.threadState(key));
  }

  #periodOf(event: string, names: readonly string[]): number {
    const { sampleRateHz } = this.#hints;
    const told = names.map((name) => nanosecondsOf(this.#survey.settings.get(`${event} ${name}`)));
    const asked = sampleRateHz ? 1e9 / sampleRateHz : DEFAULT_PERIOD_NS;
    return told.find((ns) => ns !== undefined) ?? asked;
  }
}

/** Who parks at one of these wants what another holds. At anything else it waits for something to do. */
const isLock = (name: string): boolean =>
  /^java\/util\/concurrent\/(locks\/(Reentrant(ReadWrite)?Lock|StampedLock)|Semaphore)\b/.test(
    name,
  );
