import type { DuckDBAppender } from '@duckdb/node-api';
import type { InstanceFacts, InstanceRow } from '../profile-store.ts';
import { families } from './tables.ts';

type Value = number | undefined;

/** The values of one upload, in the order of the family's columns. */
const values: Readonly<Record<string, (facts: InstanceFacts) => Value>> = {
  profiles: () => 1,
  duration_seconds: (facts) => facts.durationSeconds,
  cpu_seconds: (facts) => facts.cpuSeconds,
  gc_seconds: (facts) => facts.gcSeconds,
  agent_overhead_seconds: (facts) => facts.agentOverheadSeconds,
  vcpus: (facts) => facts.vcpus,
  heap_max_bytes: (facts) => facts.heapMaxBytes,
  event_loop_delay_p99_ms: (facts) => facts.eventLoopDelayP99Ms,
  threads: (facts) => facts.threads,
  threads_n: (facts) => one(facts.threads),
  heap_used_bytes: (facts) => facts.heapUsedBytes,
  heap_used_bytes_n: (facts) => one(facts.heapUsedBytes),
  rss_bytes: (facts) => facts.rssBytes,
  rss_bytes_n: (facts) => one(facts.rssBytes),
  event_loop_utilization: (facts) => facts.eventLoopUtilization,
  event_loop_utilization_n: (facts) => one(facts.eventLoopUtilization),
  cpu_covered_seconds: (facts) => covered(facts, facts.cpuSeconds),
  overhead_covered_seconds: (facts) => covered(facts, facts.agentOverheadSeconds),
  agent_memory_bytes: (facts) => facts.agentMemoryBytes,
  agent_errors: (facts) => facts.agentErrors,
  exceptions: (facts) => facts.exceptions,
};

const one = (value: Value): Value => (value === undefined ? undefined : 1);

const covered = ({ durationSeconds }: InstanceFacts, value: Value): Value =>
  value === undefined ? undefined : durationSeconds;

export function appendInstance(
  appender: DuckDBAppender,
  group: number,
  bucket: number,
  facts: InstanceFacts,
): void {
  appender.appendInteger(group);
  appender.appendBigInt(BigInt(bucket));
  appender.appendVarchar(facts.instance);
  appender.appendVarchar(facts.agent);
  appender.appendVarchar(facts.agentVersion);
  appender.appendVarchar(facts.runtime);
  appender.appendVarchar(facts.instanceType ?? '');
  for (const { name } of families.instances.values) {
    const value = values[name]?.(facts);
    if (value === undefined) appender.appendNull();
    else appender.appendDouble(value);
  }
  appender.endRow();
}

/** From a row summed over its profiles, as an object of columns. */
export function instanceRow(row: Readonly<Record<string, unknown>>): InstanceRow {
  const value = (name: string): Value => (typeof row[name] === 'number' ? row[name] : undefined);
  const mean = (name: string): Value => {
    const total = value(name);
    const count = value(`${name}_n`);
    return total === undefined || count === undefined ? undefined : total / count;
  };
  const text = (name: string): string => String(row[name]);
  return {
    t: Number(row.bucket),
    instance: text('instance'),
    agent: text('agent'),
    agentVersion: text('agent_version'),
    runtime: text('runtime'),
    instanceType: text('instance_type') || undefined,
    profiles: value('profiles') ?? 0,
    durationSeconds: value('duration_seconds') ?? 0,
    cpuSeconds: value('cpu_seconds'),
    cpuCoveredSeconds: value('cpu_covered_seconds'),
    gcSeconds: value('gc_seconds'),
    agentOverheadSeconds: value('agent_overhead_seconds'),
    overheadCoveredSeconds: value('overhead_covered_seconds'),
    agentMemoryBytes: value('agent_memory_bytes'),
    agentErrors: value('agent_errors'),
    exceptions: value('exceptions'),
    vcpus: value('vcpus'),
    heapMaxBytes: value('heap_max_bytes'),
    eventLoopDelayP99Ms: value('event_loop_delay_p99_ms'),
    threads: mean('threads'),
    heapUsedBytes: mean('heap_used_bytes'),
    rssBytes: mean('rss_bytes'),
    eventLoopUtilization: mean('event_loop_utilization'),
  };
}
