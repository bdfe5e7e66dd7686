import { type Tier, tiers } from '../profile-store.ts';

/** Where rows of a family lie: `hot` as they came, the others summed over the width of their bucket. */
export type Level = 'hot' | Tier;
const suffixOf: Readonly<Record<Level, string>> = {
  hot: 'hot',
  PT5M: '5m',
  PT1H: '1h',
  P1D: '1d',
};

/** A table per level, same columns in each: what identifies a row beside its bucket, and what adds up. */
export interface Family {
  readonly name: 'samples' | 'frame' | 'totals' | 'instances';
  /** In the order in which rows are stored, so that columns compress and a range is read in one piece. */
  readonly keys: readonly Column[];
  readonly values: readonly (Column & { readonly merge: 'sum' | 'max' })[];
}

interface Column {
  readonly name: string;
  readonly type: 'INTEGER' | 'TINYINT' | 'BIGINT' | 'DOUBLE' | 'VARCHAR';
}

const integer = (name: string): Column => ({ name, type: 'INTEGER' });
const text = (name: string): Column => ({ name, type: 'VARCHAR' });
const sum = (name: string) => ({ name, type: 'DOUBLE', merge: 'sum' }) as const;
const max = (name: string) => ({ name, type: 'DOUBLE', merge: 'max' }) as const;

const bucket: Column = { name: 'bucket', type: 'BIGINT' };
const state: Column = { name: 'state', type: 'TINYINT' };

/**
 * Only nodes with self weight have a row: ancestors come from the dictionary and totals are one
 * backward pass. See bench/store.bench.ts for what a row per ancestor would cost.
 */
const samples: Family = {
  name: 'samples',
  keys: [
    integer('grp'),
    integer('measure'),
    bucket,
    integer('labels'),
    state,
    integer('node'),
    integer('line'),
  ],
  values: [sum('self')],
};

const frame: Family = {
  name: 'frame',
  keys: [integer('grp'), integer('measure'), bucket, state, integer('frame')],
  values: [sum('self'), sum('total')],
};

/**
 * `profiles` counts an upload once per measure, `labelled` once per measure and label set: a profile
 * has several rows, and its number must still add up.
 */
const totals: Family = {
  name: 'totals',
  keys: [integer('grp'), integer('measure'), bucket, integer('labels'), state],
  values: [sum('total'), sum('count'), sum('profiles'), sum('labelled')],
};

/** Means are kept as a sum and the number of profiles that said so, for both add up. */
const instances: Family = {
  name: 'instances',
  keys: [
    integer('grp'),
    bucket,
    text('instance'),
    text('agent'),
    text('agent_version'),
    text('runtime'),
    text('instance_type'),
  ],
  values: [
    sum('profiles'),
    sum('duration_seconds'),
    sum('cpu_seconds'),
    sum('gc_seconds'),
    sum('agent_overhead_seconds'),
    max('vcpus'),
    max('heap_max_bytes'),
    max('event_loop_delay_p99_ms'),
    sum('threads'),
    sum('threads_n'),
    sum('heap_used_bytes'),
    sum('heap_used_bytes_n'),
    sum('rss_bytes'),
    sum('rss_bytes_n'),
    sum('event_loop_utilization'),
    sum('event_loop_utilization_n'),
    sum('cpu_covered_seconds'),
    sum('overhead_covered_seconds'),
    max('agent_memory_bytes'),
    sum('agent_errors'),
    sum('exceptions'),
  ],
};

export const families = { samples, frame, totals, instances } as const;
export const levels: readonly Level[] = ['hot', ...tiers];

export const tableOf = ({ name }: Family, level: Level): string => `${name}_${suffixOf[level]}`;

const columnsOf = (family: Family): readonly Column[] => [...family.keys, ...family.values];

export const createTable = (family: Family, level: Level): string =>
  `CREATE TABLE ${tableOf(family, level)} (${columnsOf(family)
    .map(({ name, type }) => `${name} ${type}`)
    .join(', ')})`;

export interface Move {
  readonly from: Level;
  readonly to: Level;
  /** Width of the buckets written. */
  readonly widthMs: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Sums the rows of one level into another. Rows for a key that is there already are added beside it. */
export function insertSums(family: Family, { from, to, widthMs, fromMs, toMs }: Move): string {
  const keys = family.keys.map(({ name }) =>
    name === 'bucket' ? `bucket - bucket % ${widthMs} AS bucket` : name,
  );
  const values = family.values.map(({ name, merge }) => `${merge}(${name}) AS ${name}`);
  const order = family.keys.map((_, index) => index + 1).join(', ');
  return `INSERT INTO ${tableOf(family, to)} SELECT ${[...keys, ...values].join(', ')}
    FROM ${tableOf(family, from)} WHERE bucket >= ${fromMs} AND bucket < ${toMs}
    GROUP BY ALL ORDER BY ${order}`;
}
