import {
  frameIds,
  frameWeights,
  type Labels,
  type Measure,
  nodeIds,
  Problem,
  type Profile,
  type ThreadState,
  threadGroup,
  threadStates,
} from '@everflame/model';
import type {
  PreparedFrameSeries,
  PreparedProfile,
  PreparedSeries,
} from '../storage/profile-store.ts';
import {
  dimensionNames,
  dimensionsOfProfile,
  keyOfLabels,
  MAX_VALUE_LENGTH,
  only,
} from './dimensions.ts';
import { type NodeTable, nodeTable } from './node-table.ts';

/**
 * The profiles of one upload as the store takes them: one tree, and per measure, thread state and label
 * set the self weights by (node, line). `labels` are true of every profile.
 * Throws Problem('invalid-value' | 'empty-profile').
 */
export function prepare(profiles: readonly Profile[], labels: Labels): PreparedProfile {
  const table = nodeTable(profiles);
  const sums = new Map<string, Sum>();
  for (const [index, profile] of profiles.entries()) {
    const placeOf = table.placeOf[index];
    if (placeOf) addProfile(sums, profile, { placeOf, labels });
  }
  const series = [...sums.values()].map((sum) => seriesOf(sum, table));
  if (series.length === 0) throw new Problem('empty-profile');
  const { frames, length, parent, frame, firstOnPath, lineFrom, lineTo } = table.tree;
  const frameId = frameIds(frames);
  const id = nodeIds(table.tree, frameId);
  return {
    frames,
    frameId,
    nodes: { length, id, parent, frame, firstOnPath, lineFrom, lineTo },
    series,
    frameSeries: frameSeries(series, table),
  };
}

/**
 * What a pprof value can be at most, and three centuries of CPU time. Anything larger would swallow whatever it is
 * added to, and two of the largest doubles make an infinity that no JSON can say.
 */
const MAX_VALUE = 2 ** 63;

const isCredible = (value: number): boolean => value >= 0 && value <= MAX_VALUE;

/** One series while it is summed. */
interface Sum {
  readonly measure: Measure;
  readonly state: ThreadState;
  readonly labels: Labels;
  count: number;
  total: number;
  readonly selfOf: Map<number, number>;
}

function addProfile(
  sums: Map<string, Sum>,
  profile: Profile,
  { placeOf, labels }: { readonly placeOf: Uint32Array; readonly labels: Labels },
): void {
  const { sets, setOfRow } = labelsOfRows(profile, labels);
  const { samples } = profile;
  for (const [column, measure] of profile.measures.entries()) {
    const values = samples.values[column] ?? new Float64Array();
    /** By (label set, state): the string key is built once for each, not once a row. */
    const sumOf = new Map<number, Sum>();
    const sumAt = (row: number): Sum => {
      const set = setOfRow[row] ?? 0;
      const state = samples.state[row] ?? 0;
      const key = set * threadStates.length + state;
      const known = sumOf.get(key);
      if (known) return known;
      const of = { measure, state: threadStates[state] ?? 'UNKNOWN', labels: sets[set] ?? {} };
      const sum = sumFor(sums, of);
      sumOf.set(key, sum);
      return sum;
    };
    for (let row = 0; row < samples.length; row++) {
      const value = values[row] ?? 0;
      if (value === 0) continue;
      const place = placeOf[samples.stack[row] ?? 0] ?? 0;
      add(sumAt(row), place, { value, count: samples.count[row] ?? 0 });
    }
  }
}

function add(
  sum: Sum,
  place: number,
  { value, count }: { readonly value: number; readonly count: number },
): void {
  if (!isCredible(value) || !isCredible(count)) throw invalid(sum.measure, value, count);
  sum.selfOf.set(place, (sum.selfOf.get(place) ?? 0) + value);
  sum.total += value;
  sum.count += count;
}

function sumFor(sums: Map<string, Sum>, of: Pick<Sum, 'measure' | 'state' | 'labels'>): Sum {
  const key = `${of.state} ${of.measure.id} ${keyOfLabels(of.labels)}`;
  const known = sums.get(key);
  if (known) return known;
  const sum: Sum = { ...of, count: 0, total: 0, selfOf: new Map() };
  sums.set(key, sum);
  return sum;
}

/** Each further label set is one more copy of the tree; past this many, samples keep the profile's alone. */
const MAX_LABEL_SETS = 256;

/** The label set of every sample, out of as few sets as there are. */
function labelsOfRows(profile: Profile, labels: Labels) {
  const { samples, labelSets, threads } = profile;
  const whole = { ...dimensionsOfProfile(profile.labels), ...labels };
  const names = dimensionNames(labelSets);
  const sets: Labels[] = [whole];
  const setOfText = new Map([[keyOfLabels(whole), 0]]);
  const setOfPair = new Map<number, number>();
  const setFor = (labelSet: number, thread: number): number => {
    const own = only(labelSets[labelSet] ?? {}, names);
    const threadName = threads[thread]?.name || own['thread.name'];
    const all: Labels = threadName
      ? { ...whole, ...own, 'thread.name': threadGroup(threadName.slice(0, MAX_VALUE_LENGTH)) }
      : { ...whole, ...own };
    const text = keyOfLabels(all);
    const known = setOfText.get(text);
    if (known !== undefined) return known;
    if (sets.length >= MAX_LABEL_SETS) return 0;
    setOfText.set(text, sets.length);
    return sets.push(all) - 1;
  };
  const setOfRow = new Uint32Array(samples.length);
  for (let row = 0; row < samples.length; row++) {
    const labelSet = samples.labelSet[row] ?? 0;
    const thread = samples.thread[row] ?? 0;
    const pair = labelSet * threads.length + thread;
    let set = setOfPair.get(pair);
    if (set === undefined) {
      set = setFor(labelSet, thread);
      setOfPair.set(pair, set);
    }
    setOfRow[row] = set;
  }
  return { sets, setOfRow };
}

function seriesOf(sum: Sum, { places }: NodeTable): PreparedSeries {
  const { measure, state, labels, count, total, selfOf } = sum;
  const node = new Uint32Array(selfOf.size);
  const line = new Uint32Array(selfOf.size);
  const self = new Float64Array(selfOf.size);
  let row = 0;
  for (const [place, value] of selfOf) {
    node[row] = places.node[place] ?? 0;
    line[row] = places.line[place] ?? 0;
    self[row++] = value;
  }
  return { measure, state, labels, count, total, node, line, self };
}

/** Over all label sets: what a frame costs does not depend on how the profile can be sliced. */
function frameSeries(
  series: readonly PreparedSeries[],
  { tree }: NodeTable,
): PreparedFrameSeries[] {
  const byColumn = new Map<string, PreparedSeries[]>();
  for (const one of series) {
    const key = `${one.state} ${one.measure.id}`;
    const known = byColumn.get(key);
    if (known) known.push(one);
    else byColumn.set(key, [one]);
  }
  return [...byColumn.values()].flatMap((parts) => {
    const [{ measure, state } = { measure: undefined, state: undefined }] = parts;
    if (!measure) return [];
    const nodeSelf = new Float64Array(tree.length);
    for (const { node, self } of parts) {
      for (let row = 0; row < node.length; row++) {
        const at = node[row] ?? 0;
        nodeSelf[at] = (nodeSelf[at] ?? 0) + (self[row] ?? 0);
      }
    }
    const weights = frameWeights(tree, { measure, state, self: nodeSelf });
    return [{ measure, state, ...withWeight(weights) }];
  });
}

/** Frames that the measure never saw are left out; so is the root, which is no function. */
function withWeight(weights: { readonly self: Float64Array; readonly total: Float64Array }) {
  const frame = Uint32Array.from(
    [...weights.total.keys()].filter((row) => row > 0 && (weights.total[row] ?? 0) > 0),
  );
  return {
    frame,
    self: Float64Array.from(frame, (row) => weights.self[row] ?? 0),
    total: Float64Array.from(frame, (row) => weights.total[row] ?? 0),
  };
}

const invalid = ({ id }: Measure, value: number, count: number) =>
  isCredible(value)
    ? new Problem('invalid-value', `A sample of “${id}” stands for ${count} observations.`)
    : new Problem('invalid-value', `A sample of “${id}” has the value ${value}.`);
