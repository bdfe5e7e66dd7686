import type { Fact, Labels, Runtime } from '@everflame/model';
import { OWN_AGENT } from './encode.ts';
import { fleetOf, known, positive, text } from './fleet-info.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** Everything in a body but the call graph. */
export interface Metadata {
  readonly agent?: { readonly name: string; readonly version: string };
  readonly runtime: Runtime | undefined;
  readonly labels: Labels;
  readonly facts: readonly Fact[];
  readonly warnings: readonly string[];
  /** Written by `encodeCodeGuru`: the states are what they are. */
  readonly isOurs: boolean;
  /** Counts per second and thread, as far as the agent can be believed. */
  readonly rateOf: (counter: string) => number | undefined;
}

export interface Window {
  readonly startMs: number;
  readonly endMs: number;
}

export function metadataOf(body: Fields, window: Window | undefined): Metadata {
  const metadata = fieldsOf(body.agentMetadata);
  const debug = fieldsOf(body.debugInfo);
  const agentInfo = fieldsOf(metadata.agentInfo);
  const fleet = fleetOf(fieldsOf(metadata.fleetInfo));
  const agentName = text(agentInfo.type);
  const isStale = agentName === PYTHON_AGENT && !isFirstProfile(debug, window);
  const pid = positive(debug.processId);
  return {
    ...(agentName ? { agent: { name: agentName, version: text(agentInfo.version) ?? '' } } : {}),
    runtime: runtimeOf(agentName ?? ''),
    labels: {
      ...stringsOf(metadata.labels),
      ...fleet.labels,
      ...known({
        'process.runtime.version': text(metadata.runtimeVersion),
        'process.pid': pid?.toString(),
      }),
    },
    facts: window
      ? [
          ...facts(metadata, { t: window.endMs, vcpus: fleet.vcpus, isStale }),
          ...configFacts({ ...fleet.config, ...errorsOf(debug) }),
          ...errorFacts(debug, window.endMs),
        ]
      : [],
    warnings: isStale ? [STALE] : [],
    isOurs: agentName === OWN_AGENT,
    rateOf: isStale ? () => undefined : ratesIn(fieldsOf(metadata.sampleWeights)),
  };
}

/** Agents say the rate that they achieved, by counter; of one that they do not name, the rate of another. */
function ratesIn(weights: Fields): Metadata['rateOf'] {
  const other = Object.values(weights).map(positive).find(Boolean);
  return (counter) => positive(weights[counter]) ?? other;
}

const configFacts = (config: Labels): readonly Fact[] =>
  Object.entries(config).map(([key, value]) => ({ kind: 'config', key, value }));

/** What went wrong in the agent, by the names that it has for it. */
const errorsOf = (debug: Fields): Labels =>
  Object.fromEntries(
    Object.entries(fieldsOf(debug.errorsCount))
      .filter(([, count]) => positive(count) !== undefined)
      .slice(0, MAX_ERRORS)
      .map(([name, count]) => [`agent.${name}`, String(count)]),
  );

/** All of them together: the names are of kinds that overlap. */
function errorFacts(debug: Fields, t: number): readonly Fact[] {
  const errors = positive(fieldsOf(debug.errorsCount).errorsCount);
  return errors === undefined ? [] : [{ kind: 'agent', t, errors }];
}

/** It has seven names. */
const MAX_ERRORS = 16;

const PYTHON_AGENT = 'CodeGuruProfiler-python';
const STALE =
  "The agent repeats its first profile's metadata: its rate, CPU time, threads and overhead were left out.";

/**
 * The official Python agent caches its metadata: from the second profile of a process on, it carries the
 * rate, CPU time, threads and overhead of the first. Only the first profile begins when its agent does.
 */
function isFirstProfile({ agentStartTime }: Fields, window: Window | undefined): boolean {
  const agentStart = typeof agentStartTime === 'string' ? Date.parse(agentStartTime) : Number.NaN;
  return window !== undefined && Math.abs(window.startMs - agentStart) < FIRST_WITHIN_MS;
}

const FIRST_WITHIN_MS = 2000;

function runtimeOf(agentName: string): Runtime | undefined {
  if (/python/i.test(agentName)) return 'python';
  return /java/i.test(agentName) ? 'jvm' : undefined;
}

interface FactOptions {
  readonly t: number;
  readonly vcpus: number | undefined;
  readonly isStale: boolean;
}

function* facts(metadata: Fields, { t, vcpus, isStale }: FactOptions): Generator<Fact> {
  const cpuSeconds = isStale ? undefined : positive(metadata.cpuTimeInSeconds);
  if (cpuSeconds !== undefined) {
    yield { kind: 'cpu', t, seconds: cpuSeconds, ...(vcpus === undefined ? {} : { vcpus }) };
  } else if (vcpus !== undefined) yield { kind: 'config', key: 'vcpus', value: String(vcpus) };
  if (isStale) return;
  const threads = positive(fieldsOf(metadata.metrics).numThreads);
  if (threads !== undefined) yield { kind: 'threads', t, count: threads };
  const overhead = fieldsOf(metadata.agentOverhead);
  const milliseconds = positive(overhead.timeInMs);
  const megabytes = positive(overhead.memoryInMB) ?? positive(overhead.memory_usage_mb);
  if (milliseconds === undefined && megabytes === undefined) return;
  yield {
    kind: 'agent',
    t,
    ...(milliseconds === undefined ? {} : { overheadSeconds: milliseconds / 1000 }),
    ...(megabytes === undefined ? {} : { memoryBytes: megabytes * 1024 * 1024 }),
  };
}

/** An object's fields; none where it is something else, for agents of all ages leave things out. */
export const fieldsOf = (value: unknown): Fields => (isObject(value) ? value : {});

/** Bytes are none: each of them would be a field. */
export const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Uint8Array);

const stringsOf = (value: unknown): Labels =>
  Object.fromEntries(
    Object.entries(fieldsOf(value)).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );
