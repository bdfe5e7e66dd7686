import type { CallTree, FrameTable, Labels, Measure, ThreadState } from '@everflame/model';

/** Width of an aggregated bucket, aligned to UTC. */
export type Tier = 'PT5M' | 'PT1H' | 'P1D';
export const tierMs: Readonly<Record<Tier, number>> = {
  PT5M: 300_000,
  PT1H: 3_600_000,
  P1D: 86_400_000,
};

export const tiers: readonly Tier[] = ['PT5M', 'PT1H', 'P1D'];

/** Identity of a profiling group for as long as it exists; a group created anew under an old name has a new one. */
export type GroupId = number;

/**
 * A decoded profile, summed and hashed off the main thread, ready to be appended.
 * Rows of `samples` point at `nodes`, rows of `nodes` point at `frames`.
 */
export interface PreparedProfile {
  readonly frames: FrameTable;
  /** 64-bit identity of each frame, see model's identity.ts. */
  readonly frameId: BigUint64Array;
  readonly nodes: PreparedNodes;
  readonly series: readonly PreparedSeries[];
  readonly frameSeries: readonly PreparedFrameSeries[];
}

/** A call tree without weights. Node 0 is the root. `parent[i] < i`. */
export interface PreparedNodes {
  readonly length: number;
  /** 64-bit hash of the path of frames from the root, so that writers agree without asking each other. */
  readonly id: BigUint64Array;
  readonly parent: Int32Array;
  readonly frame: Uint32Array;
  readonly firstOnPath: Uint8Array;
  readonly lineFrom: Uint32Array;
  readonly lineTo: Uint32Array;
}

/** Self weights of one measure, one thread state and one label set. */
export interface PreparedSeries {
  readonly measure: Measure;
  readonly state: ThreadState;
  /** Low-cardinality dimensions only: version, region, thread group, endpoint … never instance or span ids. */
  readonly labels: Labels;
  /** Raw observations behind the weights: what error bars are made of. */
  readonly count: number;
  /** Σ self. */
  readonly total: number;
  readonly node: Uint32Array;
  /** Line being executed in the node, 0 where unknown; (node, line) is unique. */
  readonly line: Uint32Array;
  readonly self: Float64Array;
}

/** Self and total of every frame of one measure and state, exact under recursion. */
export interface PreparedFrameSeries {
  readonly measure: Measure;
  readonly state: ThreadState;
  readonly frame: Uint32Array;
  readonly self: Float64Array;
  readonly total: Float64Array;
}

/** What one instance said of itself in one profile. Sums are over the profile's window. */
export interface InstanceFacts {
  readonly instance: string;
  readonly agent: string;
  readonly agentVersion: string;
  readonly runtime: string;
  readonly instanceType?: string | undefined;
  readonly vcpus?: number | undefined;
  /** Seconds of wall-clock time that the profile covers. */
  readonly durationSeconds: number;
  readonly cpuSeconds?: number | undefined;
  readonly gcSeconds?: number | undefined;
  readonly threads?: number | undefined;
  readonly heapUsedBytes?: number | undefined;
  readonly heapMaxBytes?: number | undefined;
  readonly rssBytes?: number | undefined;
  readonly eventLoopUtilization?: number | undefined;
  readonly eventLoopDelayP99Ms?: number | undefined;
  readonly agentOverheadSeconds?: number | undefined;
  readonly agentMemoryBytes?: number | undefined;
  /** What went wrong in the agent. */
  readonly agentErrors?: number | undefined;
  /** Exceptions that were made, caught or not. */
  readonly exceptions?: number | undefined;
}

/** One accepted upload on its way into the store. */
export interface Upload {
  readonly group: GroupId;
  /** A retry with the same token counts once; remembered for at least a day. */
  readonly token?: string | undefined;
  readonly startMs: number;
  readonly endMs: number;
  readonly profile: PreparedProfile;
  readonly facts: InstanceFacts;
}

/** The moment that a profile is stored under: the middle of its window. */
export const momentOf = ({ startMs, endMs }: Pick<Upload, 'startMs' | 'endMs'>): number =>
  Math.floor((startMs + endMs) / 2);

export type Appended = 'stored' | 'duplicate';

/** Epoch milliseconds, half open: from ≤ t < to. */
export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface SeriesQuery extends TimeRange {
  readonly group: GroupId;
  readonly measure: string;
  /** Undefined: all states. */
  readonly states?: readonly ThreadState[] | undefined;
  /** Every given label must have one of the given values. */
  readonly labels?: Readonly<Record<string, readonly string[]>> | undefined;
}

export interface TreeAnswer {
  /** One column per thread state that has weight. Never truncated. */
  readonly tree: CallTree;
  /** Raw observations behind the tree. */
  readonly count: number;
  /**
   * Uploads that carried the measure, whatever the states asked for. With labels, an upload counts once for
   * each label set that matches.
   */
  readonly profiles: number;
  /** What was read: the range widened to whole buckets, and the coarsest tier used. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly tier: Tier;
}

export interface TimelinePoint {
  /** Start of the bucket. */
  readonly t: number;
  readonly state: ThreadState;
  readonly total: number;
  readonly count: number;
  /** Uploads of the bucket that carried the measure: the same for each of its states, so not to be summed over them. */
  readonly profiles: number;
}

export interface MeasureSummary {
  readonly measure: Measure;
  readonly state: ThreadState;
  readonly total: number;
  readonly count: number;
}

/**
 * Facts of one instance in one bucket, over its profiles: amounts (seconds, errors, exceptions) are summed, vcpus,
 * heapMaxBytes, agentMemoryBytes and eventLoopDelayP99Ms are the largest, other levels the mean of the profiles that said so.
 */
export interface InstanceRow extends InstanceFacts {
  readonly t: number;
  readonly profiles: number;
  /**
   * `durationSeconds` of the profiles that said `cpuSeconds`, and of those that said `agentOverheadSeconds`: an agent
   * may say them of some of its profiles only. Undefined where an older version wrote the row.
   */
  readonly cpuCoveredSeconds?: number | undefined;
  readonly overheadCoveredSeconds?: number | undefined;
}

/** One frame of a series: values by bucket, beside the starts of these. */
export interface FrameColumn {
  readonly name: string;
  readonly self: Float64Array;
  readonly total: Float64Array;
  /** Total of the whole group in the same states: what shares of the frame are taken of. */
  readonly whole: Float64Array;
}

export interface FrameSeries {
  readonly measure: Measure;
  /** Starts of the buckets that hold data of the measure, whatever its states, oldest first. */
  readonly t: readonly number[];
  /** One for each that was asked for, in that order. */
  readonly frames: readonly FrameColumn[];
  /** What was looked through: the range widened to whole buckets. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** Frames are kept for whole groups, not by label. */
export interface FrameQuery extends TimeRange {
  readonly group: GroupId;
  readonly measure: string;
}

export interface FrameWish {
  /** As it is shown. */
  readonly name: string;
  /** Undefined: all states. */
  readonly states?: readonly ThreadState[] | undefined;
}

export interface Usage {
  /** Bytes in use by live data, what the budget is held against. */
  readonly bytes: number;
  readonly budgetBytes: number;
  /** Bytes of the files as they lie on disk. */
  readonly fileBytes: number;
}

/**
 * Nodes, values, frame series and facts. One implementation per engine; all pass profile-store-contract.ts.
 * Every promise that rejects with a Problem is the user's to mend (disk full, folder in use, newer schema).
 */
export interface ProfileStore {
  /** One transaction. What it answers is durable; if it rejects, nothing of the batch is stored. */
  append(batch: readonly Upload[]): Promise<readonly Appended[]>;

  /**
   * The merged tree of a range, from the coarsest tiers that fit and finer ones at the edges. Lines are those
   * that the group's nodes were ever seen at. A level (a measure whose temporality is snapshot) is not summed
   * over time: here, as in `timeline`, `measures` and `frameSeries`, its values are means over the profiles of the
   * range or bucket, thus of one instance.
   */
  tree(query: SeriesQuery, signal?: AbortSignal): Promise<TreeAnswer>;
  /**
   * Totals per bucket and state, oldest first. Never opens a tree. Buckets that the tier does not keep any
   * more are left out, not answered in coarser ones.
   */
  timeline(query: SeriesQuery & { readonly tier: Tier }): Promise<readonly TimelinePoint[]>;
  /** Which measures and states have weight in a range. */
  measures(group: GroupId, range: TimeRange): Promise<readonly MeasureSummary[]>;
  /** Label keys and their values seen in a range, at most `limit` values each, heaviest first. */
  labelValues(
    group: GroupId,
    range: TimeRange,
    limit: number,
  ): Promise<Readonly<Record<string, readonly string[]>>>;
  /**
   * Self and total of frames, by name, per bucket: exact under recursion of a frame. Frames that share a name (in
   * another file, module or runtime) are summed, so where one of them calls the other, what is below both counts for
   * both. Buckets that the tier does not keep any more are left out.
   */
  frameSeries(
    query: FrameQuery & { readonly tier: Tier; readonly frames: readonly FrameWish[] },
  ): Promise<FrameSeries>;
  /** Names of the frames with the largest total of a range, the heaviest first, equal ones by name. */
  heaviestFrames(
    query: FrameQuery & Omit<FrameWish, 'name'> & { readonly limit: number },
  ): Promise<readonly string[]>;
  instances(
    group: GroupId,
    range: TimeRange & { readonly tier: Tier },
  ): Promise<readonly InstanceRow[]>;
  /** The same of many groups at once; those without rows are left out. */
  instancesOfGroups(
    groups: readonly GroupId[],
    range: TimeRange & { readonly tier: Tier },
  ): Promise<ReadonlyMap<GroupId, readonly InstanceRow[]>>;
  /** Starts, within the range, of the buckets of one tier that hold data, for ListProfileTimes. */
  bucketStarts(
    group: GroupId,
    query: TimeRange & {
      readonly tier: Tier;
      readonly order: 'ascending' | 'descending';
      readonly limit: number;
    },
  ): Promise<readonly number[]>;

  /** What lies before this moment, a whole day, is gone from a tier: by age, or for the byte budget. 0: nothing is. */
  keptFrom(): Promise<Readonly<Record<Tier, number>>>;

  deleteGroup(group: GroupId): Promise<void>;
  /** Closes finished buckets, rolls them up, and drops what retention and the byte budget no longer allow. Idempotent. */
  maintain(nowMs: number): Promise<void>;
  usage(): Promise<Usage>;
  close(): Promise<void>;
}

/** How long each tier is kept, and how much the folder may hold. */
export interface Retention {
  readonly daysOf: Readonly<Record<Tier, number>>;
  readonly budgetBytes: number;
}
export const defaultRetention: Retention = {
  daysOf: { PT5M: 15, PT1H: 60, P1D: 1096 },
  budgetBytes: 50 * 2 ** 30,
};
