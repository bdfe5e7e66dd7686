import { type FrameTable, measureNamed } from '@everflame/model';
import type { Log } from '../log.ts';
import type {
  Appended,
  FrameQuery,
  FrameSeries,
  FrameWish,
  GroupId,
  InstanceRow,
  MeasureSummary,
  ProfileStore,
  Retention,
  SeriesQuery,
  Tier,
  TimelinePoint,
  TimeRange,
  TreeAnswer,
  Upload,
  Usage,
} from '../profile-store.ts';
import { tierMs } from '../profile-store.ts';
import { appendBatch } from './append.ts';
import type { Database } from './database.ts';
import type { Dictionaries } from './dictionaries.ts';
import { Maintenance } from './maintenance.ts';
import { Mutex } from './mutex.ts';
import { planned, plannedSeries, tierStates } from './plan.ts';
import { readFrameSeries, readFrameTotals } from './read-frames.ts';
import {
  readBucketStarts,
  readEvidence,
  readInstances,
  readLabelValues,
  readMeasures,
  readTimeline,
} from './read-series.ts';
import {
  allKnown,
  assembledTree,
  framesOf,
  neededNodes,
  readWeights,
  type TreeParts,
} from './read-tree.ts';
import type { Selection } from './selection.ts';
import type { UploadTokens } from './upload-tokens.ts';

export interface StoreParts {
  readonly database: Database;
  readonly dictionaries: Dictionaries;
  readonly tokens: UploadTokens;
  readonly retention: Retention;
  readonly now: () => number;
  readonly log: Log;
}

/** Frames looked for in one statement, before it is asked which of them the group has. */
const mostNumbers = 2000;

/** Reads that met a clean-up and are made again. */
const mostAttempts = 3;

export class DuckdbProfileStore implements ProfileStore {
  readonly #parts: StoreParts;
  /** Held by whoever gives out numbers or takes them back. */
  readonly #numbering = new Mutex();
  readonly #maintenance: Maintenance;
  /** Asked for with every upload, and changed by maintenance alone. */
  #keptFrom: Promise<Readonly<Record<Tier, number>>> | undefined;

  constructor(parts: StoreParts) {
    this.#parts = parts;
    this.#maintenance = new Maintenance(parts, this.#numbering);
  }

  append(batch: readonly Upload[]): Promise<readonly Appended[]> {
    return this.#numbering.run(() => appendBatch(batch, this.#parts));
  }

  async tree(query: SeriesQuery, signal?: AbortSignal): Promise<TreeAnswer> {
    const { database } = this.#parts;
    for (let attempt = 1; attempt <= mostAttempts; attempt++) {
      const selected = await this.#selected(query);
      const read = await database.read(async (connection) => {
        const plan = planned(query, await tierStates(connection));
        const evidence = await readEvidence(connection, plan, selected.selection);
        return { plan, evidence, weights: await readWeights(connection, plan, selected.selection) };
      }, signal);
      const { plan, evidence, weights } = read;
      // After the rows, so that it knows every node that they speak of.
      const nodes = await this.#parts.dictionaries.nodes(query.group);
      if (!allKnown(weights, nodes)) continue;
      const { measure } = selected;
      const divisor = measure.temporality === 'snapshot' ? Math.max(1, evidence.profiles) : 1;
      const ids = neededNodes(weights, nodes);
      const tree = await this.#assembled(query.group, { nodes, ids, weights, measure, divisor });
      if (tree === undefined) continue;
      const { fromMs, toMs, tier } = plan;
      return { tree, count: evidence.count, profiles: evidence.profiles, fromMs, toMs, tier };
    }
    throw new Error(`Nodes or frames of group ${query.group} are missing.`);
  }

  async timeline(query: SeriesQuery & { readonly tier: Tier }): Promise<readonly TimelinePoint[]> {
    const selected = await this.#selected(query);
    return this.#parts.database.read(async (connection) => {
      const plan = plannedSeries(query, query.tier, await tierStates(connection));
      return readTimeline(connection, plan, selected);
    });
  }

  async measures(group: GroupId, range: TimeRange): Promise<readonly MeasureSummary[]> {
    const measures = await this.#parts.dictionaries.measures();
    return this.#parts.database.read(async (connection) => {
      const plan = planned(range, await tierStates(connection));
      return readMeasures(connection, plan, { selection: { group }, measures });
    });
  }

  async labelValues(
    group: GroupId,
    range: TimeRange,
    limit: number,
  ): Promise<Readonly<Record<string, readonly string[]>>> {
    const labels = await this.#parts.dictionaries.labels();
    return this.#parts.database.read(async (connection) => {
      const plan = planned(range, await tierStates(connection));
      return readLabelValues(connection, plan, { selection: { group }, labels, limit });
    });
  }

  async frameSeries(
    query: FrameQuery & { readonly tier: Tier; readonly frames: readonly FrameWish[] },
  ): Promise<FrameSeries> {
    const { group, tier, frames: wishes } = query;
    const { database, dictionaries } = this.#parts;
    const { selection, measure } = await this.#selected(query);
    const frames = await dictionaries.frames();
    const named = await frames.named(
      wishes.map(({ name }) => name),
      database,
    );
    const numbers = await this.#ofGroup(group, named);
    return database.read(async (connection) => {
      const plan = plannedSeries(query, tier, await tierStates(connection));
      const asked = { selection, measure, wishes, numbers };
      return readFrameSeries(connection, plan, asked);
    });
  }

  async heaviestFrames(
    query: FrameQuery & Omit<FrameWish, 'name'> & { readonly limit: number },
  ): Promise<readonly string[]> {
    const { selection } = await this.#selected(query);
    for (let attempt = 1; attempt <= mostAttempts; attempt++) {
      const { frame, total } = await this.#parts.database.read(async (connection) =>
        readFrameTotals(connection, planned(query, await tierStates(connection)), selection),
      );
      const table = await this.#texts(query.group, [...frame]);
      if (table === undefined) continue;
      const totals = new Map<string, number>();
      for (const [row, name] of table.name.entries()) {
        totals.set(name, (totals.get(name) ?? 0) + total[row]!);
      }
      return [...totals]
        .sort(([a, ofA], [b, ofB]) => ofB - ofA || (a < b ? -1 : 1))
        .slice(0, query.limit)
        .map(([name]) => name);
    }
    throw new Error(`Frames of group ${query.group} are missing.`);
  }

  async instances(
    group: GroupId,
    query: TimeRange & { readonly tier: Tier },
  ): Promise<readonly InstanceRow[]> {
    return (await this.instancesOfGroups([group], query)).get(group) ?? [];
  }

  async instancesOfGroups(
    groups: readonly GroupId[],
    query: TimeRange & { readonly tier: Tier },
  ): Promise<ReadonlyMap<GroupId, readonly InstanceRow[]>> {
    if (groups.length === 0) return new Map();
    return this.#parts.database.read(async (connection) => {
      const plan = plannedSeries(query, query.tier, await tierStates(connection));
      return readInstances(connection, plan, { group: groups });
    });
  }

  bucketStarts(
    group: GroupId,
    query: TimeRange & {
      readonly tier: Tier;
      readonly order: 'ascending' | 'descending';
      readonly limit: number;
    },
  ): Promise<readonly number[]> {
    const { tier, order, limit } = query;
    const width = tierMs[tier];
    // Buckets that start within the range, thus none that began before it.
    const fromMs = Math.ceil(query.fromMs / width) * width;
    return this.#parts.database.read(async (connection) => {
      const plan = plannedSeries({ fromMs, toMs: query.toMs }, tier, await tierStates(connection));
      return readBucketStarts(connection, plan, { selection: { group }, order, limit });
    });
  }

  keptFrom(): Promise<Readonly<Record<Tier, number>>> {
    this.#keptFrom ??= this.#readKeptFrom().catch((cause: unknown) => {
      this.#keptFrom = undefined;
      throw cause;
    });
    return this.#keptFrom;
  }

  deleteGroup(group: GroupId): Promise<void> {
    return this.#maintenance.deleteGroup(group);
  }

  async maintain(nowMs: number): Promise<void> {
    try {
      await this.#maintenance.run(nowMs);
    } finally {
      this.#keptFrom = undefined;
    }
  }

  async usage(): Promise<Usage> {
    const { used, files } = await this.#parts.database.bytes();
    return { bytes: used, fileBytes: files, budgetBytes: this.#parts.retention.budgetBytes };
  }

  close(): Promise<void> {
    return this.#maintenance.close(() => this.#parts.database.close());
  }

  async #readKeptFrom(): Promise<Readonly<Record<Tier, number>>> {
    const { PT5M, PT1H, P1D } = await this.#parts.database.read(tierStates);
    return { PT5M: PT5M.keptFrom, PT1H: PT1H.keptFrom, P1D: P1D.keptFrom };
  }

  async #selected(query: SeriesQuery) {
    const measures = await this.#parts.dictionaries.measures();
    const number = measures.find(query.measure);
    const wanted = Object.entries(query.labels ?? {});
    const labels =
      wanted.length === 0
        ? undefined
        : (await this.#parts.dictionaries.labels()).matching(Object.fromEntries(wanted));
    // A measure that nobody ever sent has no rows; -1 finds none.
    const selection = {
      group: query.group,
      measure: number ?? -1,
      states: query.states,
      labels,
    } satisfies Selection;
    const measure = number === undefined ? measureNamed(query.measure) : measures.measure(number);
    return { selection, measure };
  }

  async #assembled(group: GroupId, parts: TreeParts) {
    const frames = await this.#parts.dictionaries.frames();
    const { frames: ids, rowOf } = framesOf(parts.nodes, parts.ids, frames.length);
    const table = await this.#texts(group, ids);
    return table && assembledTree(parts, table, rowOf);
  }

  /** Names and files of frames of a group; undefined where one has gone meanwhile. */
  async #texts(group: GroupId, ids: readonly number[]): Promise<FrameTable | undefined> {
    const { database, dictionaries } = this.#parts;
    for (let attempt = 1; attempt <= mostAttempts; attempt++) {
      const frames = await dictionaries.frames();
      const table = frames.table(ids);
      if (table !== undefined) return table;
      await database.read((connection) => frames.loadTexts(connection, group));
    }
    return undefined;
  }

  /** Names such as “(anonymous)” have frames by the thousand in other groups, too many to look for row by row. */
  async #ofGroup(
    group: GroupId,
    named: ReadonlyMap<string, readonly number[]>,
  ): Promise<ReadonlyMap<string, readonly number[]>> {
    const count = [...named.values()].reduce((sum, { length }) => sum + length, 0);
    if (count <= mostNumbers) return named;
    const { frame } = await this.#parts.dictionaries.nodes(group);
    const own = new Set(frame);
    return new Map([...named].map(([name, all]) => [name, all.filter((one) => own.has(one))]));
  }
}
