import {
  type CallTree,
  type Column,
  depths,
  knownMeasures,
  type Labels,
  type Measure,
  type ThreadState,
} from '@everflame/model';
import { Strings, writeFunctions, writeLocations, writeMappings } from './encode-symbols.ts';
import { LABEL_PREFIX, MARK, TEMPORALITY_PREFIX, THREAD_STATE } from './private-fields.ts';
import { ProtoWriter } from './proto-writer.ts';
import { planColumns } from './sample-type.ts';

export interface PprofMeta {
  /** Epoch milliseconds. */
  readonly startMs: number;
  readonly endMs: number;
  /** True of the whole profile; written as comments, which our decoder reads back. */
  readonly labels?: Labels;
}

/**
 * A tree as uncompressed pprof: a sample per node and thread state that has weight. Values are rounded
 * to whole units; what a truncated tree elided counts as its node's own.
 *
 * Our decoder gives the same tree back: names, lines, states, measures, labels. Other readers see
 * the first line of a node's range and the state as a label, `thread_state`. Two things are not kept:
 * nodes with no weight on them or below, and `samples` beside a time measure, which reads back as the
 * counts of the samples, as in everyone's profiles.
 */
export function encodePprof(tree: CallTree, meta: PprofMeta): Uint8Array {
  const strings = new Strings();
  const out = new ProtoWriter();
  const measures = distinctMeasures(tree.columns);
  for (const measure of measures) {
    out.message(1, valueType(strings.row(typeName(measure)), strings.row(unitNames[measure.unit])));
  }
  writeSamples(out, tree, { measures, strings });
  writeMappings(out, tree, strings);
  writeLocations(out, tree, strings);
  writeFunctions(out, tree, strings);
  out.integer(9, Math.round(meta.startMs) * 1e6);
  out.integer(10, Math.max(0, Math.round(meta.endMs - meta.startMs)) * 1e6);
  for (const comment of comments(measures, meta.labels)) out.integer(13, strings.row(comment));
  // Last, for until now each part added to it; readers do not mind.
  for (const text of strings.texts) out.text(6, text);
  return out.finish();
}

const unitNames = { ns: 'nanoseconds', bytes: 'bytes', count: 'count' } as const;

/** As the field's tools call them, where our decoder maps that name back; else our own. */
const typeNames: Readonly<Record<string, string>> = {
  alloc_bytes: 'alloc_space',
  live_objects: 'inuse_objects',
  live_bytes: 'inuse_space',
  goroutines: 'goroutine',
};

function typeName({ id, unit }: Measure): string {
  if (Object.hasOwn(typeNames, id)) return typeNames[id]!;
  if (!id.startsWith('custom:')) return id;
  // A custom measure that is called like a known one keeps its prefix.
  const plain = id.slice('custom:'.length);
  const types = [{ type: plain, unit: unitNames[unit] }];
  const none = { type: '', unit: '' };
  const plan = planColumns({ types, periodType: none, period: 0, isSinceStart: false, hints: {} });
  return plan.columns[0]?.measure.id === id && !plain.startsWith('custom:') ? plain : id;
}

function distinctMeasures(columns: readonly Column[]): Measure[] {
  const byId = new Map<string, Measure>();
  for (const { measure } of columns) if (!byId.has(measure.id)) byId.set(measure.id, measure);
  return [...byId.values()];
}

function* comments(measures: readonly Measure[], labels: Labels = {}): Generator<string> {
  yield MARK;
  for (const [key, value] of Object.entries(labels)) yield `${LABEL_PREFIX}${key}=${value}`;
  for (const { id, temporality } of measures) {
    const usual = Object.hasOwn(knownMeasures, id)
      ? knownMeasures[id as keyof typeof knownMeasures].temporality
      : 'delta';
    if (temporality !== usual) yield `${TEMPORALITY_PREFIX}${id}=${temporality}`;
  }
}

interface SampleParts {
  readonly measures: readonly Measure[];
  readonly strings: Strings;
}

/** Location ids are node rows: a node has one frame and one range of lines. */
function writeSamples(out: ProtoWriter, tree: CallTree, { measures, strings }: SampleParts): void {
  const states = [...new Set(tree.columns.map(({ state }) => state))];
  const deepest = depths(tree).reduce((most, depth) => Math.max(most, depth), 0);
  const path = new Uint32Array(deepest);
  const values = new Float64Array(measures.length);
  const sample = new ProtoWriter();
  const columns = states.map((state) =>
    measures.map(({ id }) => tree.columns.filter((c) => c.state === state && c.measure.id === id)),
  );
  for (let node = 0; node < tree.length; node++) {
    let length = 0;
    for (let at = node; at > 0; at = tree.parent[at]!) path[length++] = at;
    for (const [i, state] of states.entries()) {
      if (!weights(columns[i]!, node, values)) continue;
      sample.clear().packed(1, path, length);
      sample.packed(2, values);
      if (state !== 'UNKNOWN') sample.message(3, stateLabel(strings, state));
      out.message(2, sample);
    }
  }
}

/** The largest double below 2^63: a value is a signed integer of 64 bits. */
const LARGEST = 2 ** 63 - 1024;

/** False where all are zero. */
function weights(
  columns: readonly (readonly Column[])[],
  node: number,
  values: Float64Array,
): boolean {
  let hasWeight = false;
  for (const [i, parts] of columns.entries()) {
    let sum = 0;
    for (const { self, elided } of parts) sum += self[node]! + (elided?.[node] ?? 0);
    values[i] = Math.min(LARGEST, Math.max(0, Math.round(sum)));
    if (values[i] !== 0) hasWeight = true;
  }
  return hasWeight;
}

function stateLabel(strings: Strings, state: ThreadState): ProtoWriter {
  const label = new ProtoWriter();
  label.integer(1, strings.row(THREAD_STATE));
  label.integer(2, strings.row(state));
  return label;
}

function valueType(type: number, unit: number): ProtoWriter {
  const message = new ProtoWriter();
  message.integer(1, type);
  message.integer(2, unit);
  return message;
}
