import type { DuckDBConnection } from '@duckdb/node-api';
import { type Measure, type ThreadState, threadStates } from '@everflame/model';
import type {
  GroupId,
  InstanceRow,
  MeasureSummary,
  Tier,
  TimelinePoint,
} from '../profile-store.ts';
import { tierMs } from '../profile-store.ts';
import { instanceRow } from './instance-rows.ts';
import type { LabelDictionary } from './label-dictionary.ts';
import type { MeasureDictionary } from './measure-dictionary.ts';
import type { Plan } from './plan.ts';
import { rowsOf, type Selection } from './selection.ts';
import { families } from './tables.ts';

type Row = Readonly<Record<string, unknown>>;

async function rows(connection: DuckDBConnection, statement: string): Promise<readonly Row[]> {
  return (await connection.runAndReadAll(statement)).getRowObjectsJS();
}

const stateOf = (row: Row): ThreadState => threadStates[Number(row.state)] ?? 'UNKNOWN';

const bucketsOf = (tier: Tier): string => `bucket - bucket % ${tierMs[tier]}`;

/** What stands behind the rows of a selection. */
export interface Evidence {
  readonly count: number;
  /** Uploads that carried the measure, whatever their states; with labels, once per label set. */
  readonly profiles: number;
}

export async function readEvidence(
  connection: DuckDBConnection,
  plan: Plan,
  selection: Selection,
): Promise<Evidence> {
  const profiles = selection.labels === undefined ? 'profiles' : 'labelled';
  const counts = rowsOf(families.totals, plan, selection, 'count');
  const uploads = rowsOf(families.totals, plan, { ...selection, states: undefined }, profiles);
  const [row] = await rows(
    connection,
    `SELECT (SELECT coalesce(sum(count), 0) FROM ${counts}) AS count,
            (SELECT coalesce(sum(${profiles}), 0) FROM ${uploads}) AS profiles`,
  );
  return { count: Number(row?.count), profiles: Number(row?.profiles) };
}

/** Number of uploads that carried the measure, by bucket. */
async function uploadsByBucket(
  connection: DuckDBConnection,
  plan: Plan,
  selection: Selection,
): Promise<ReadonlyMap<number, number>> {
  const profiles = selection.labels === undefined ? 'profiles' : 'labelled';
  const { group, measure, labels } = selection;
  const source = rowsOf(families.totals, plan, { group, measure, labels }, `bucket, ${profiles}`);
  const found = await rows(
    connection,
    `SELECT ${bucketsOf(plan.tier)} AS t, sum(${profiles}) AS profiles FROM ${source} GROUP BY t`,
  );
  return new Map(found.map((row) => [Number(row.t), Number(row.profiles)]));
}

/** A level is not summed over time: its mean over the uploads of the bucket is taken. */
export const divisorOf = (measure: Measure, uploads: number): number =>
  measure.temporality === 'snapshot' ? Math.max(1, uploads) : 1;

export async function readTimeline(
  connection: DuckDBConnection,
  plan: Plan,
  { selection, measure }: { readonly selection: Selection; readonly measure: Measure },
): Promise<readonly TimelinePoint[]> {
  const uploads = await uploadsByBucket(connection, plan, selection);
  const source = rowsOf(families.totals, plan, selection, 'bucket, state, total, count');
  const found = await rows(
    connection,
    `SELECT ${bucketsOf(plan.tier)} AS t, state, sum(total) AS total, sum(count) AS count
     FROM ${source} GROUP BY t, state ORDER BY t, state`,
  );
  return found.map((row) => {
    const t = Number(row.t);
    const profiles = uploads.get(t) ?? 0;
    const total = Number(row.total) / divisorOf(measure, profiles);
    return { t, state: stateOf(row), total, count: Number(row.count), profiles };
  });
}

export async function readMeasures(
  connection: DuckDBConnection,
  plan: Plan,
  { selection, measures }: { readonly selection: Selection; readonly measures: MeasureDictionary },
): Promise<readonly MeasureSummary[]> {
  const source = rowsOf(families.totals, plan, selection, 'measure, state, total, count, profiles');
  const found = await rows(
    connection,
    `SELECT measure, state, sum(total) AS total, sum(count) AS count,
       sum(sum(profiles)) OVER (PARTITION BY measure) AS profiles
     FROM ${source} GROUP BY measure, state HAVING sum(total) <> 0 ORDER BY measure, state`,
  );
  return found.map((row) => {
    const measure = measures.measure(Number(row.measure));
    const total = Number(row.total) / divisorOf(measure, Number(row.profiles));
    return { measure, state: stateOf(row), total, count: Number(row.count) };
  });
}

export async function readLabelValues(
  connection: DuckDBConnection,
  plan: Plan,
  {
    selection,
    labels,
    limit,
  }: { readonly selection: Selection; readonly labels: LabelDictionary; readonly limit: number },
): Promise<Readonly<Record<string, readonly string[]>>> {
  const source = rowsOf(families.totals, plan, selection, 'labels, count');
  const found = await rows(
    connection,
    `SELECT labels, sum(count) AS weight FROM ${source} GROUP BY labels`,
  );
  const weights = new Map<string, Map<string, number>>();
  for (const row of found) {
    for (const [key, value] of Object.entries(labels.labels(Number(row.labels)))) {
      const ofKey = weights.get(key) ?? new Map<string, number>();
      weights.set(key, ofKey);
      ofKey.set(value, (ofKey.get(value) ?? 0) + Number(row.weight));
    }
  }
  const heaviest = (values: ReadonlyMap<string, number>): string[] =>
    [...values]
      .sort(([a, weightA], [b, weightB]) => weightB - weightA || (a < b ? -1 : 1))
      .slice(0, limit)
      .map(([value]) => value);
  const keys = [...weights].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(keys.map(([key, values]) => [key, heaviest(values)]));
}

export async function readInstances(
  connection: DuckDBConnection,
  plan: Plan,
  selection: Selection,
): Promise<ReadonlyMap<GroupId, readonly InstanceRow[]>> {
  const keys = families.instances.keys.map(({ name }) => name);
  const columns = [...keys, ...families.instances.values.map(({ name }) => name)].join(', ');
  const source = rowsOf(families.instances, plan, selection, columns);
  const keyed = keys.map((name) =>
    name === 'bucket' ? `${bucketsOf(plan.tier)} AS bucket` : name,
  );
  const values = families.instances.values.map(({ name, merge }) => `${merge}(${name}) AS ${name}`);
  const found = await rows(
    connection,
    `SELECT ${[...keyed, ...values].join(', ')} FROM ${source} GROUP BY ALL ORDER BY bucket, instance`,
  );
  const ofGroup = new Map<GroupId, InstanceRow[]>();
  for (const row of found) {
    const group = Number(row.grp);
    const own = ofGroup.get(group) ?? [];
    ofGroup.set(group, own);
    own.push(instanceRow(row));
  }
  return ofGroup;
}

export async function readBucketStarts(
  connection: DuckDBConnection,
  plan: Plan,
  {
    selection,
    order,
    limit,
  }: {
    readonly selection: Selection;
    readonly order: 'ascending' | 'descending';
    readonly limit: number;
  },
): Promise<readonly number[]> {
  const source = rowsOf(families.totals, plan, selection, 'bucket');
  const direction = order === 'ascending' ? 'ASC' : 'DESC';
  const found = await rows(
    connection,
    `SELECT DISTINCT ${bucketsOf(plan.tier)} AS t FROM ${source} ORDER BY t ${direction} LIMIT ${Math.floor(limit)}`,
  );
  return found.map((row) => Number(row.t));
}
