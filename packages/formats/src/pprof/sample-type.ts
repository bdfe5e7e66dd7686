import { knownMeasures, type Measure, type Unit } from '@everflame/model';
import type { Hints } from '../format.ts';

export interface SampleType {
  readonly type: string;
  readonly unit: string;
}

/** How one value column of a pprof becomes ours. */
export interface ColumnPlan {
  /** Index of the sample type. */
  readonly source: number;
  readonly measure: Measure;
  /** Ours = theirs × scale. */
  readonly scale: number;
}

export interface ColumnsPlan {
  readonly columns: readonly ColumnPlan[];
  /** The sample type that holds the number of raw observations. */
  readonly countSource?: number;
}

export interface Sampling {
  readonly types: readonly SampleType[];
  readonly periodType: SampleType;
  readonly period: number;
  /** True where the file says that it is no difference: Go since the start of the process. */
  readonly isSinceStart: boolean;
  readonly hints: Hints;
}

type KnownId = keyof typeof knownMeasures;

/** As producers name them (`-` read as `_`), where it is not our own name. */
const aliases: Readonly<Record<string, KnownId>> = {
  cpu_time: 'cpu',
  wall_time: 'wall',
  off_cpu: 'offcpu',
  sample: 'samples',
  cpu_samples: 'samples',
  wall_samples: 'samples',
  alloc_space: 'alloc_bytes',
  alloc_size: 'alloc_bytes',
  alloc_samples: 'alloc_objects',
  objects: 'live_objects',
  inuse_objects: 'live_objects',
  heap_live_samples: 'live_objects',
  space: 'live_bytes',
  inuse_space: 'live_bytes',
  heap_space: 'live_bytes',
  heap_live_size: 'live_bytes',
  contentions: 'lock_count',
  delay: 'lock_wait',
  locks: 'lock_wait',
  lock_time: 'lock_wait',
  lock_acquire: 'lock_count',
  lock_acquire_wait: 'lock_wait',
  lock_release_hold: 'lock_hold',
  exception: 'exceptions',
  exception_samples: 'exceptions',
  goroutine: 'goroutines',
};

/** Go's counts of what exists at one moment, besides goroutines: to add them up over time says nothing. */
const levels: ReadonlySet<string> = new Set(['threadcreate', 'goroutineleak']);

const scales: Readonly<Record<string, readonly [Unit, number]>> = {
  ns: ['ns', 1],
  nanoseconds: ['ns', 1],
  us: ['ns', 1e3],
  microseconds: ['ns', 1e3],
  ms: ['ns', 1e6],
  milliseconds: ['ns', 1e6],
  s: ['ns', 1e9],
  seconds: ['ns', 1e9],
  bytes: ['bytes', 1],
  kilobytes: ['bytes', 1024],
  megabytes: ['bytes', 1024 * 1024],
};

/** Units come from uploads: one may be called "constructor". */
const scaleOf = (unit: string): readonly [Unit, number] =>
  Object.hasOwn(scales, unit) ? scales[unit]! : ['count', 1];

/** Which of our measures each sample type is. Two of one measure: the first keeps the name. */
export function planColumns(sampling: Sampling): ColumnsPlan {
  const { types } = sampling;
  const measured = types.map((sampleType) => measureOf(sampleType, sampling));
  const countSource = measured.findIndex(({ measure }) => measure.id === 'samples');
  const hasTime = measured.some(({ measure }) => measure.id === 'cpu' || measure.id === 'wall');
  const columns: ColumnPlan[] = [];
  for (const [source, { measure, scale }] of measured.entries()) {
    if (hasTime && measure.id === 'samples') continue;
    const isTaken = ({ id }: Measure) => columns.some((column) => column.measure.id === id);
    const free = isTaken(measure) ? custom(types[source]!.type, measure.unit) : measure;
    // Of two columns of one type nobody could tell which is which.
    if (!isTaken(free)) columns.push({ source, measure: free, scale });
  }
  if (countSource < 0) return { columns };
  const only = columns.length === 1 ? columns[0] : undefined;
  const timed = only?.measure.id === 'samples' ? asTime(only, sampling) : undefined;
  return { columns: timed ? [timed] : columns, countSource };
}

function measureOf(sampleType: SampleType, sampling: Sampling) {
  const [unit, scale] = scaleOf(sampleType.unit);
  return { measure: measureNamed(sampleType.type, unit, sampling), scale };
}

function measureNamed(type: string, unit: Unit, { isSinceStart, hints }: Sampling): Measure {
  const plain = type.replaceAll('-', '_');
  const id = blockOrLock(Object.hasOwn(aliases, plain) ? aliases[plain]! : plain, plain, hints);
  if (levels.has(plain)) return { ...custom(type, unit), temporality: 'snapshot' };
  if (!Object.hasOwn(knownMeasures, id)) return custom(type, unit);
  const known: Measure = knownMeasures[id as KnownId];
  // async-profiler counts its ticks as "cpu/count".
  if (unit === 'count' && (id === 'cpu' || id === 'wall')) return knownMeasures.samples;
  if (known.unit !== unit) return custom(type, unit);
  return isSinceStart && /^(alloc|lock|block)_/.test(id)
    ? { ...known, temporality: 'cumulative' }
    : known;
}

/** Go writes mutex and block profiles alike: only what came beside the file tells them apart. */
function blockOrLock(id: string, type: string, hints: Hints): string {
  if (type !== 'contentions' && type !== 'delay') return id;
  const isBlock = /block/i.test(`${hints.sampleType ?? ''} ${hints.fileName ?? ''}`);
  return isBlock ? id.replace('lock_', 'block_') : id;
}

/** Ticks become time where a period or a rate is known; values of anything else are scaled already. */
function asTime(column: ColumnPlan, { types, periodType, period, hints }: Sampling) {
  const [unit, scale] = scaleOf(periodType.unit);
  const fromPeriod = unit === 'ns' && period > 0 ? period * scale : undefined;
  const tickNs = fromPeriod ?? (hints.sampleRateHz ? 1e9 / hints.sampleRateHz : undefined);
  if (tickNs === undefined) return undefined;
  const said = `${hints.sampleType ?? ''} ${periodType.type} ${types[column.source]!.type}`;
  const measure = /wall/i.test(said) ? knownMeasures.wall : knownMeasures.cpu;
  return { ...column, measure, scale: tickNs };
}

const custom = (type: string, unit: Unit): Measure => ({
  id: type.startsWith('custom:') ? type : `custom:${type}`,
  unit,
  temporality: 'delta',
});
