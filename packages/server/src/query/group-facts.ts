import type { GroupFacts, InstanceList } from '@everflame/api';
import type { InstanceRow } from '../storage/profile-store.ts';

/** Rows that say how much CPU there was, and of how long. The others say nothing of cores: not even that there were none. */
export const ofCpu = (rows: readonly InstanceRow[]): readonly InstanceRow[] =>
  rows.filter(({ cpuSeconds, durationSeconds }) => cpuSeconds !== undefined && durationSeconds > 0);

/**
 * Seconds that profiles cover, by bucket, as the mean of its instances. Profiles are kept whole in the bucket of
 * their middle, so two of five minutes in one bucket come to ten.
 */
export function coveredSeconds(
  rows: readonly InstanceRow[],
  secondsOf = (row: InstanceRow): number => row.durationSeconds,
): ReadonlyMap<number, number> {
  const byBucket = new Map<number, { seconds: number; readonly instances: Set<string> }>();
  for (const row of rows) {
    const seconds = secondsOf(row);
    if (!(seconds > 0)) continue;
    const bucket = byBucket.get(row.t) ?? { seconds: 0, instances: new Set() };
    bucket.seconds += seconds;
    byBucket.set(row.t, bucket);
    bucket.instances.add(row.instance);
  }
  return new Map([...byBucket].map(([t, own]) => [t, own.seconds / own.instances.size]));
}

/** The official Python agent says it of the first profile of a process alone. */
const cpuCovered = ({ cpuCoveredSeconds, durationSeconds }: InstanceRow): number =>
  cpuCoveredSeconds ?? durationSeconds;

/** Cores kept busy, all instances together, while they were profiled: the only definition there is. Undefined where no agent said. */
function coresOf(rows: readonly InstanceRow[]): number | undefined {
  const stated = ofCpu(rows);
  const covered = [...coveredSeconds(stated, cpuCovered).values()].reduce((a, b) => a + b, 0);
  return quotient(
    sum(stated, (row) => row.cpuSeconds),
    covered,
  );
}

/** Busy cores over available ones, where both are known. */
function utilizationOf(rows: readonly InstanceRow[]): number | undefined {
  const stated = ofCpu(rows).filter(({ vcpus }) => vcpus !== undefined);
  return quotient(
    sum(stated, (row) => row.cpuSeconds),
    sum(stated, (row) => cpuCovered(row) * (row.vcpus ?? 0)),
  );
}

/** Means over a range of rows (one per instance and bucket). */
export function groupFacts(rows: readonly InstanceRow[]): GroupFacts {
  return withoutUndefined({
    instances: new Set(rows.map((row) => row.instance)).size,
    profiles: sum(rows, (row) => row.profiles) ?? 0,
    cpuCores: coresOf(rows),
    cpuUtilization: utilizationOf(rows),
    gcShareOfTime: gcShare(rows),
    heapUsedBytes: mean(rows, (row) => row.heapUsedBytes),
    heapMaxBytes: mean(rows, (row) => row.heapMaxBytes),
    rssBytes: mean(rows, (row) => row.rssBytes),
    eventLoopUtilization: mean(rows, (row) => row.eventLoopUtilization),
    eventLoopDelayP99Ms: mean(rows, (row) => row.eventLoopDelayP99Ms),
    agentCores: agentCores(rows),
  });
}

/** Cores busy per bucket, all instances together, oldest first, null where nothing was reported. */
export function coresPerBucket(
  rows: readonly InstanceRow[],
  {
    fromMs,
    stepMs,
    buckets,
  }: { readonly fromMs: number; readonly stepMs: number; readonly buckets: number },
): (number | null)[] {
  const own = Array.from({ length: buckets }, (): InstanceRow[] => []);
  for (const row of rows) {
    const at = Math.floor((row.t - fromMs) / stepMs);
    own[at]?.push(row);
  }
  return own.map((bucket) => coresOf(bucket) ?? null);
}

interface Clock {
  readonly stepMs: number;
  readonly nowMs: number;
}

const MINUTE_MS = 60_000;
/** Of its own; agents report once a period. */
const PERIODS_UNHEARD = 3;

/** Instances that report still, as far as buckets tell: a process that was restarted is not two. */
export function liveInstances(rows: readonly InstanceRow[], { stepMs, nowMs }: Clock): number {
  const live = rows.filter(({ t, profiles, durationSeconds }) => {
    const periodMs = Math.max(MINUTE_MS, (1000 * durationSeconds) / profiles || 0);
    // A profile lies in the bucket of its middle, and came half a period later.
    return t + stepMs + (PERIODS_UNHEARD + 0.5) * periodMs > nowMs;
  });
  return new Set(live.map(({ instance }) => instance)).size;
}

/** One entry per instance, the one that reported last first. A bucket that has not ended yet was heard of until now. */
export function instanceList(rows: readonly InstanceRow[], { stepMs, nowMs }: Clock): InstanceList {
  const byInstance = new Map<string, InstanceRow[]>();
  for (const row of rows) {
    const known = byInstance.get(row.instance);
    if (known) known.push(row);
    else byInstance.set(row.instance, [row]);
  }
  const instances = [...byInstance.values()].flatMap((own) => {
    const latest = own.reduce((a, b) => (b.t > a.t ? b : a));
    const { instance, agent, agentVersion, runtime } = latest;
    return [
      withoutUndefined({
        instance,
        agent,
        agentVersion,
        runtime,
        profiles: sum(own, (row) => row.profiles) ?? 0,
        lastMs: Math.min(latest.t + stepMs, Math.max(nowMs, latest.t)),
        cpuCores: coresOf(own),
        heapUsedBytes: mean(own, (row) => row.heapUsedBytes),
        rssBytes: mean(own, (row) => row.rssBytes),
        agentCores: agentCores(own),
        agentMemoryBytes: largest(own, (row) => row.agentMemoryBytes),
        agentErrors: sum(own, (row) => row.agentErrors),
      }),
    ];
  });
  return {
    instances: instances.sort((a, b) => b.lastMs - a.lastMs || (a.instance < b.instance ? -1 : 1)),
  };
}

/** Time against time: where CPU is scarce, a collection takes many times as long as it takes CPU. */
function gcShare(rows: readonly InstanceRow[]): number | undefined {
  const stated = rows.filter((row) => row.gcSeconds !== undefined);
  return quotient(
    sum(stated, (row) => row.gcSeconds),
    sum(stated, (row) => row.durationSeconds),
  );
}

/** Against time, not against the application's CPU: an agent is not dear because its application is at rest. */
function agentCores(rows: readonly InstanceRow[]): number | undefined {
  const stated = rows.filter((row) => row.agentOverheadSeconds !== undefined);
  return quotient(
    sum(stated, (row) => row.agentOverheadSeconds),
    sum(stated, (row) => row.overheadCoveredSeconds ?? row.durationSeconds),
  );
}

type Of = (row: InstanceRow) => number | undefined;

function sum(rows: readonly InstanceRow[], of: Of): number | undefined {
  const known = rows.map(of).filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((a, b) => a + b);
}

function largest(rows: readonly InstanceRow[], of: Of): number | undefined {
  const known = rows.map(of).filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

function mean(rows: readonly InstanceRow[], of: Of): number | undefined {
  return quotient(sum(rows, of), rows.filter((row) => of(row) !== undefined).length);
}

const quotient = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || !b ? undefined : a / b;

/** JSON leaves undefined out as well; objects are compared and cached before they become JSON. */
const withoutUndefined = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as T;
