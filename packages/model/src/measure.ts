/** What a thread was doing while it was sampled. UNKNOWN: the source did not say, or it does not apply. */
export const threadStates = [
  'UNKNOWN',
  'RUNNABLE',
  'BLOCKED',
  'WAITING',
  'TIMED_WAITING',
  'NATIVE',
  'IDLE',
] as const;
export type ThreadState = (typeof threadStates)[number];

/** CPU view, where there is no CPU clock: the states in which a thread wants a core. */
export const cpuStates: readonly ThreadState[] = ['RUNNABLE', 'BLOCKED', 'NATIVE', 'UNKNOWN'];
/** Latency view: everything but threads that wait for work. */
export const latencyStates: readonly ThreadState[] = threadStates.filter(
  (state) => state !== 'IDLE',
);

export type Unit = 'ns' | 'bytes' | 'count';

/** delta: of the window alone. snapshot: a level at one moment. cumulative: since the process began. */
export type Temporality = 'delta' | 'snapshot' | 'cumulative';

/** What a column counts. `id` is one of `knownMeasures` or `custom:<name>`. */
export interface Measure {
  readonly id: string;
  readonly unit: Unit;
  readonly temporality: Temporality;
}

const delta = (id: string, unit: Unit): Measure => ({ id, unit, temporality: 'delta' });
const snapshot = (id: string, unit: Unit): Measure => ({ id, unit, temporality: 'snapshot' });

export const knownMeasures = {
  cpu: delta('cpu', 'ns'),
  wall: delta('wall', 'ns'),
  offcpu: delta('offcpu', 'ns'),
  samples: delta('samples', 'count'),
  alloc_objects: delta('alloc_objects', 'count'),
  alloc_bytes: delta('alloc_bytes', 'bytes'),
  live_objects: snapshot('live_objects', 'count'),
  live_bytes: snapshot('live_bytes', 'bytes'),
  native_alloc_bytes: delta('native_alloc_bytes', 'bytes'),
  lock_count: delta('lock_count', 'count'),
  lock_wait: delta('lock_wait', 'ns'),
  lock_hold: delta('lock_hold', 'ns'),
  block_count: delta('block_count', 'count'),
  block_wait: delta('block_wait', 'ns'),
  exceptions: delta('exceptions', 'count'),
  goroutines: snapshot('goroutines', 'count'),
} as const satisfies Record<string, Measure>;

/** The measure of an id, where there is nothing that says more of it: one that is not known counts. */
export const measureNamed = (id: string): Measure =>
  Object.values<Measure>(knownMeasures).find((known) => known.id === id) ?? delta(id, 'count');
