import type { GroupFacts, InstanceList } from '@everflame/api';
import type { InstanceRow } from '../storage/profile-store.ts';

/** Cores that one instance kept busy while it was profiled; undefined where no agent said. */
const coresOf = ({ cpuSeconds, durationSeconds }: InstanceRow): number | undefined =>
  cpuSeconds === undefined || !(durationSeconds > 0) ? undefined : cpuSeconds / durationSeconds;

/** Means over a range of rows (one per instance and bucket). */
export function groupFacts(rows: readonly InstanceRow[]): GroupFacts {
  const buckets = new Set(rows.map((row) => row.t)).size;
  const cores = sum(rows, coresOf);
  const vcpus = sum(rows, (row) => (coresOf(row) === undefined ? undefined : row.vcpus));
  const cpuSeconds = sum(rows, (row) => row.cpuSeconds);
  return withoutUndefined({
    instances: new Set(rows.map((row) => row.instance)).size,
    profiles: sum(rows, (row) => row.profiles) ?? 0,
    cpuCores: quotient(cores, buckets),
    cpuUtilization: quotient(cores, vcpus),
    gcShareOfCpu: quotient(
      sum(rows, (row) => row.gcSeconds),
      cpuSeconds,
    ),
    heapUsedBytes: mean(rows, (row) => row.heapUsedBytes),
    heapMaxBytes: mean(rows, (row) => row.heapMaxBytes),
    rssBytes: mean(rows, (row) => row.rssBytes),
    eventLoopUtilization: mean(rows, (row) => row.eventLoopUtilization),
    eventLoopDelayP99Ms: mean(rows, (row) => row.eventLoopDelayP99Ms),
    agentCores: agentCores(rows),
  });
}

/** Cores busy per bucket, all instances together, oldest first, 0 where nothing was reported. */
export function coresPerBucket(
  rows: readonly InstanceRow[],
  {
    fromMs,
    stepMs,
    buckets,
  }: { readonly fromMs: number; readonly stepMs: number; readonly buckets: number },
): number[] {
  const cores = Array.from({ length: buckets }, () => 0);
  for (const row of rows) {
    const at = Math.floor((row.t - fromMs) / stepMs);
    if (at >= 0 && at < buckets) cores[at] = (cores[at] ?? 0) + (coresOf(row) ?? 0);
  }
  return cores;
}

/** One entry per instance, the one that reported last first. */
export function instanceList(rows: readonly InstanceRow[], stepMs: number): InstanceList {
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
        lastMs: latest.t + stepMs,
        cpuCores: mean(own, coresOf),
        heapUsedBytes: mean(own, (row) => row.heapUsedBytes),
        rssBytes: mean(own, (row) => row.rssBytes),
        agentCores: agentCores(own),
      }),
    ];
  });
  return {
    instances: instances.sort((a, b) => b.lastMs - a.lastMs || (a.instance < b.instance ? -1 : 1)),
  };
}

/** Against time, not against the application's CPU: an agent is not dear because its application is at rest. */
function agentCores(rows: readonly InstanceRow[]): number | undefined {
  const stated = rows.filter((row) => row.agentOverheadSeconds !== undefined);
  return quotient(
    sum(stated, (row) => row.agentOverheadSeconds),
    sum(stated, (row) => row.durationSeconds),
  );
}

type Of = (row: InstanceRow) => number | undefined;

function sum(rows: readonly InstanceRow[], of: Of): number | undefined {
  const known = rows.map(of).filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((a, b) => a + b);
}

function mean(rows: readonly InstanceRow[], of: Of): number | undefined {
  return quotient(sum(rows, of), rows.filter((row) => of(row) !== undefined).length);
}

const quotient = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || !b ? undefined : a / b;

/** JSON leaves undefined out as well; objects are compared and cached before they become JSON. */
const withoutUndefined = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as T;
