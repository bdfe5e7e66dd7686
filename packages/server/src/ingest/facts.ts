import type { Fact, Labels, Profile } from '@everflame/model';
import type { InstanceFacts, PreparedProfile } from '../storage/profile-store.ts';
import type { Metadata } from './decode-job.ts';

interface Told {
  readonly profiles: readonly Profile[];
  readonly prepared: PreparedProfile;
  readonly metadata: Metadata;
  /** How long it was profiled; 0 where that is not known. */
  readonly lengthMs: number;
}

/**
 * What one instance said of itself: what the agent measured beside the profile wins over what the
 * profile holds, for it knows better, and that over what its samples add up to.
 */
export function instanceFacts({ profiles, prepared, metadata, lengthMs }: Told): InstanceFacts {
  const facts = profiles.flatMap((profile) => profile.facts);
  const labels: Labels = Object.assign({}, ...profiles.map((one) => one.labels), metadata.labels);
  const agent = metadata.agent ?? profiles.find((profile) => profile.agent)?.agent;
  const told = credible(metadata.facts);
  const durationSeconds = Math.max(0, lengthMs) / 1000;
  return {
    instance: clipped(instanceOf(labels)),
    agent: clipped(agent?.name ?? ''),
    agentVersion: clipped(agent?.version ?? ''),
    runtime: clipped(runtimeOf(profiles, labels, metadata.runtimeVersion)),
    instanceType: clipped(labels['host.type'] ?? '') || undefined,
    durationSeconds,
    ...cpuOf(prepared),
    ...fromFacts(facts),
    ...told,
    // They are told against time. Added to what others say in known time, they would be cores that nobody had.
    ...(durationSeconds > 0 ? {} : { cpuSeconds: undefined, gcSeconds: undefined }),
  };
}

/** As long as the protocols let these be; a row of every bucket holds them. */
const MAX_TEXT = 255;
const clipped = (text: string): string => text.slice(0, MAX_TEXT);

export const UNKNOWN_INSTANCE = 'unknown';

const instanceOf = (labels: Labels): string =>
  labels['service.instance.id'] ||
  labels['faas.instance'] ||
  labels['k8s.pod.name'] ||
  labels['container.id'] ||
  labels['host.name'] ||
  UNKNOWN_INSTANCE;

function runtimeOf(
  profiles: readonly Profile[],
  labels: Labels,
  runtimeVersion: string | undefined,
): string {
  const runtime = profiles.find((profile) => profile.runtime !== 'other')?.runtime;
  const name = runtime ?? labels['process.runtime.name'] ?? 'other';
  const version = runtimeVersion ?? labels['process.runtime.version'];
  return version ? `${name} ${version}` : name;
}

/** A CPU profile without facts still says how much CPU there was. */
function cpuOf({ series }: PreparedProfile): Pick<InstanceFacts, 'cpuSeconds'> {
  const cpu = series.filter(({ measure }) => measure.id === 'cpu' && measure.unit === 'ns');
  return cpu.length === 0 ? {} : { cpuSeconds: cpu.reduce((sum, one) => sum + one.total, 0) / 1e9 };
}

type OfKind<Kind extends Fact['kind']> = Extract<Fact, { readonly kind: Kind }>;

/** Sums where a fact is of a window, the largest or the mean where it is of a moment; absent stays absent. */
function fromFacts(facts: readonly Fact[]): Partial<InstanceFacts> {
  const ofKind = <Kind extends Fact['kind']>(kind: Kind) =>
    facts.filter((fact): fact is OfKind<Kind> => fact.kind === kind);
  const loops = ofKind('event-loop');
  return withoutUndefined({
    cpuSeconds: sum(ofKind('cpu').map((fact) => fact.seconds)),
    vcpus: largest([
      ...ofKind('cpu').map((fact) => fact.vcpus),
      // Agents know how many there are even where they do not know how much of them was used.
      ...ofKind('config').map(({ key, value }) => (key === 'vcpus' ? Number(value) : undefined)),
    ]),
    gcSeconds: sum(ofKind('gc').map((fact) => fact.seconds)),
    threads: largest(ofKind('threads').map((fact) => fact.count)),
    heapUsedBytes: mean(ofKind('heap').map((fact) => fact.used)),
    heapMaxBytes: largest(ofKind('heap').map((fact) => fact.max)),
    rssBytes: mean(ofKind('rss').map((fact) => fact.bytes)),
    eventLoopUtilization: mean(loops.map((fact) => fact.utilization)),
    eventLoopDelayP99Ms: largest(loops.map((fact) => fact.delayP99Ms)),
    agentOverheadSeconds: sum(ofKind('agent').map((fact) => fact.overheadSeconds)),
    agentMemoryBytes: largest(ofKind('agent').map((fact) => fact.memoryBytes)),
    agentErrors: sum(ofKind('agent').map((fact) => fact.errors)),
    exceptions: sum(ofKind('exceptions').map((fact) => fact.count)),
  });
}

/** More bytes or seconds than there are; above it, sums of many rows would come to infinity. */
const MAX_FACT = 2 ** 63;

/** What the agent measured, without numbers that nothing can have. */
const credible = (facts: Metadata['facts']): Partial<Metadata['facts']> =>
  Object.fromEntries(
    Object.entries(facts).filter(([, one]) => typeof one !== 'number' || one <= MAX_FACT),
  );

const given = (values: readonly (number | undefined)[]): number[] =>
  values.filter((value) => value !== undefined && value >= 0 && value <= MAX_FACT) as number[];

function sum(values: readonly (number | undefined)[]): number | undefined {
  const known = given(values);
  return known.length === 0 ? undefined : known.reduce((a, b) => a + b);
}

function mean(values: readonly (number | undefined)[]): number | undefined {
  const total = sum(values);
  return total === undefined ? undefined : total / given(values).length;
}

function largest(values: readonly (number | undefined)[]): number | undefined {
  const known = given(values);
  return known.length === 0 ? undefined : Math.max(...known);
}

function withoutUndefined<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(value).filter(([, one]) => one !== undefined),
  ) as Partial<T>;
}
