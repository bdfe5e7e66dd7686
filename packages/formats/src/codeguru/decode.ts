import {
  type Measure,
  Problem,
  type Profile,
  type Runtime,
  type SampleTable,
  threadStates,
} from '@everflame/model';
import type { DecodeContext, Format, Hints, Limits } from '../format.ts';
import { leafStates } from '../leaf-states.ts';
import { runtimeOfFile } from '../runtime-of.ts';
import { sampleRows, withinReason } from '../sample-rows.ts';
import { beginsLikeBody, bodyOf } from './body.ts';
import { CallGraphReader, type Count, WALL_TIME } from './call-graph.ts';
import { type Fields, fieldsOf, metadataOf, type Window } from './metadata.ts';

/** What the agents of Amazon CodeGuru Profiler post, and others in their form: JSON or Ion. */
export const codeguru: Format = {
  name: 'codeguru',
  accepts: beginsLikeBody,
  decode: decodeCodeGuru,
};

function decodeCodeGuru(bytes: Uint8Array, { limits, hints }: DecodeContext): Profile {
  const body = bodyOf(bytes, limits);
  if (body.callgraph === undefined) throw new Problem('corrupt-profile', 'There is no callgraph.');
  const window = windowOf(body, hints);
  const metadata = metadataOf(body, window);
  const runtime = hints.runtime ?? metadata.runtime ?? runtimeOfGraph(body.callgraph);
  const graph = new CallGraphReader(limits, runtime);
  graph.read(body.callgraph);
  const frames = graph.frames.build();
  const stacks = graph.stacks.build();
  const measures = [...new Set(graph.counts.map(({ measure }) => measure))];
  return {
    format: 'codeguru',
    ...(metadata.agent ? { agent: metadata.agent } : {}),
    ...window,
    runtime,
    labels: metadata.labels,
    frames,
    stacks,
    threads: [{ name: '' }],
    labelSets: [{}],
    links: [{}],
    measures,
    samples: samplesOf(graph.counts, {
      measures,
      limits,
      countNs: (counter) => 1e9 / (metadata.rateOf(counter) ?? hints.sampleRateHz ?? 1),
      stateAt: metadata.isOurs ? () => UNKNOWN : leafStates(stacks, frames, 'RUNNABLE'),
    }),
    facts: metadata.facts,
    quality: { lines: graph.hasLines ? 'exact' : 'none', warnings: metadata.warnings },
  };
}

/** `end` is the time of the last sample. A profile of one sample ends as it begins. */
function windowOf({ start, end }: Fields, hints: Hints): Window | undefined {
  const startMs = typeof start === 'number' ? start : hints.startMs;
  const endMs = typeof end === 'number' ? end : hints.endMs;
  if (startMs === undefined || endMs === undefined) return undefined;
  if (!Number.isFinite(startMs) || !Number.isFinite(endMs) || startMs > endMs) {
    throw new Problem(
      'invalid-time-range',
      `The profile starts at ${startMs} and ends at ${endMs}.`,
    );
  }
  return { startMs, endMs };
}

const UNKNOWN = threadStates.indexOf('UNKNOWN');

interface SampleParts {
  readonly measures: readonly Measure[];
  readonly limits: Limits;
  /** Nanoseconds that a count of time stands for: the sampling interval, one second by default. */
  readonly countNs: (counter: string) => number;
  /** The state that a stack tells, where its counter says none. */
  readonly stateAt: (stack: number) => number;
}

function samplesOf(counts: readonly Count[], parts: SampleParts): SampleTable {
  const samples = sampleRows(counts.length, parts.measures.length, parts.limits);
  for (const [row, { stack, count, measure, state }] of counts.entries()) {
    samples.stack[row] = stack;
    samples.count[row] = count;
    samples.state[row] = state === undefined ? parts.stateAt(stack) : threadStates.indexOf(state);
    const column = samples.values[parts.measures.indexOf(measure)]!;
    column[row] = measure.unit === 'ns' ? count * parts.countNs(state ?? WALL_TIME) : count;
  }
  return withinReason(samples);
}

/** Agents of others say no language; the first source file does. */
function runtimeOfGraph(root: unknown): Runtime {
  let node = fieldsOf(root);
  for (let depth = 0; depth < MAX_LOOK; depth++) {
    const runtime = typeof node.file === 'string' ? runtimeOfFile(node.file) : undefined;
    if (runtime) return runtime;
    node = fieldsOf(Object.values(fieldsOf(node.children))[0]);
  }
  return 'other';
}

const MAX_LOOK = 64;
