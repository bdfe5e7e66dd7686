import type { ThreadState } from '@everflame/model';
import type { GroupId, TimeRange } from './profile-store.ts';

/** A known expensive pattern, as whoever is told reads it. */
export interface Pattern {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly resolutionSteps: string;
  /** Each a path of frame names. */
  readonly targetFrames: readonly (readonly string[])[];
  readonly countersToAggregate: readonly string[];
  readonly thresholdPercent: number;
}

/** A pattern found in a group between two moments. */
export interface Recommendation extends TimeRange {
  readonly pattern: Pattern;
  /** Places in the tree. */
  readonly allMatchesCount: number;
  /** Per cent of all samples. */
  readonly allMatchesSum: number;
  /** Heaviest first. */
  readonly topMatches: readonly {
    readonly frameAddress: string;
    readonly targetFramesIndex: number;
    readonly thresholdBreachValue: number;
  }[];
}

/** A frame whose share left what it used to be. */
export interface Anomaly {
  readonly id: string;
  readonly reason: string;
  readonly frame: string;
  readonly states: readonly ThreadState[];
  readonly instances: readonly AnomalyInstance[];
}

export interface AnomalyInstance {
  /** A UUID. */
  readonly id: string;
  readonly fromMs: number;
  /** Undefined while it lasts. */
  readonly toMs?: number | undefined;
  readonly feedback?: Feedback | undefined;
}

export interface Feedback {
  readonly type: 'Positive' | 'Negative';
  readonly comment?: string | undefined;
}

/** What was found in one hour or one day of a group. */
export interface FindingsReport extends TimeRange {
  /** A UUID. */
  readonly id: string;
  readonly group: GroupId;
  readonly groupName: string;
  readonly isDaily: boolean;
  readonly total: number;
}

/** A page of reports, newest first, continued after one of them. */
export interface ReportQuery {
  readonly group?: GroupId | undefined;
  /** Of groups whose names these are, as of the groups of a key. */
  readonly within?: readonly string[] | undefined;
  readonly range?: TimeRange | undefined;
  readonly isDaily?: boolean | undefined;
  readonly after?: Pick<FindingsReport, 'toMs' | 'id'> | undefined;
  readonly limit: number;
}

export interface NewReport extends TimeRange {
  readonly group: GroupId;
  readonly isDaily: boolean;
  readonly recommendations: readonly Recommendation[];
}

export type NewAnomaly = Omit<Anomaly, 'id'> & { readonly id?: string | undefined };

/** What was found, by whoever looks for it, and what people say of it. */
export interface Findings {
  /**
   * One report with its recommendations, in one transaction; the same window of a group replaces what it said.
   * Throws Problem('unknown-group').
   */
  putReport(report: NewReport): Promise<FindingsReport>;
  /** Those whose window meets the range, by its end, newest first, at most `limit`. */
  reports(query: ReportQuery): Promise<readonly FindingsReport[]>;
  /** Recommendations whose window meets the range. */
  recommendations(group: GroupId, range: TimeRange): Promise<readonly Recommendation[]>;
  /** Adds or replaces an anomaly with all its instances; feedback given is kept. */
  putAnomaly(group: GroupId, anomaly: NewAnomaly): Promise<Anomaly>;
  /** Anomalies with the instances that meet the range. */
  anomalies(group: GroupId, range: TimeRange): Promise<readonly Anomaly[]>;
  /** Throws Problem('unknown-anomaly'). */
  giveFeedback(group: GroupId, instance: string, feedback: Feedback): Promise<void>;
  /** Forgets reports, recommendations and instances of anomalies that ended before. */
  forgetBefore(ms: number): Promise<void>;
}
