import {
  type CallTree,
  CallTreeBuilder,
  FrameTableBuilder,
  frameIds,
  frameWeights,
  knownMeasures,
  nodeIds,
  totals,
} from '@everflame/model';
import type { PreparedProfile } from '../packages/server/src/storage/profile-store.ts';

/** A repeatable source of numbers in 0 ≤ x < 1. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** All stacks that an application has: a tree, and the nodes where its stacks end. */
export interface Application {
  readonly tree: CallTree;
  readonly frameId: BigUint64Array;
  readonly nodeId: BigUint64Array;
  readonly leaves: Int32Array;
}

/** Stacks that branch off one another, 30 frames deep on average, out of 4,000 functions. */
export function application(stacks: number, seed = 7): Application {
  const next = random(seed);
  const frames = new FrameTableBuilder();
  const rows = Array.from({ length: 4000 }, (_, index) => {
    const module = `package-${index % 97}`;
    return frames.row(
      `Class${index % 900}.method${index}`,
      `/app/node_modules/${module}/lib/file-${index % 1300}.js`,
      module,
      'nodejs',
    );
  });
  const builder = new CallTreeBuilder(frames);
  const depth = [0];
  const leaves = new Set<number>();
  while (leaves.size < stacks) {
    let node = Math.floor(next() * builder.length);
    while (depth[node]! > 28) node = Math.floor(next() * builder.length);
    const target = Math.max(depth[node]! + 1, 18 + Math.floor(next() * 24));
    while (depth[node]! < target) {
      // Popular functions are called from everywhere.
      const frame = rows[Math.floor(next() ** 3 * rows.length)]!;
      const child = builder.child(node, frame, 1 + Math.floor(next() * 400));
      depth[child] = depth[node]! + 1;
      node = child;
      if (next() < 0.03) break;
    }
    leaves.add(node);
  }
  const tree = builder.build();
  const frameId = frameIds(tree.frames);
  return { tree, frameId, nodeId: nodeIds(tree, frameId), leaves: Int32Array.from(leaves) };
}

/** The part of an application's tree that some of its stacks need. */
export function partOf({ tree, nodeId }: Application, leaves: readonly number[]) {
  const needed = new Uint8Array(tree.length);
  needed[0] = 1;
  for (const leaf of leaves) needed[leaf] = 1;
  for (let node = tree.length - 1; node > 0; node--) {
    if (needed[node] === 1) needed[tree.parent[node]!] = 1;
  }
  const ids: number[] = [];
  const placeOf = new Int32Array(tree.length);
  for (let node = 0; node < tree.length; node++) {
    if (needed[node] === 1) placeOf[node] = ids.push(node) - 1;
  }
  const part = {
    frames: tree.frames,
    length: ids.length,
    id: BigUint64Array.from(ids, (node) => nodeId[node]!),
    parent: Int32Array.from(ids, (node) => (node === 0 ? -1 : placeOf[tree.parent[node]!]!)),
    frame: Uint32Array.from(ids, (node) => tree.frame[node]!),
    firstOnPath: Uint8Array.from(ids, (node) => tree.firstOnPath[node]!),
    lineFrom: Uint32Array.from(ids, (node) => tree.lineFrom[node]!),
    lineTo: Uint32Array.from(ids, (node) => tree.lineTo[node]!),
  };
  return { part, placeOf };
}

export type Part = ReturnType<typeof partOf>;

/** Self weights of stacks, in samples of 10 ms. */
export interface Weighted {
  readonly leaves: readonly number[];
  readonly samples: readonly number[];
}

const sampleNs = 10_000_000;

/** The same weights as a tree, which the pprof encoder takes. */
export function treeOf({ part, placeOf }: Part, { leaves, samples }: Weighted): CallTree {
  const self = new Float64Array(part.length);
  for (const [row, leaf] of leaves.entries()) self[placeOf[leaf]!]! += samples[row]! * sampleNs;
  return { ...part, columns: [{ measure: knownMeasures.cpu, state: 'RUNNABLE', self }] };
}

export function prepared(
  { frameId }: Application,
  part: Part,
  weighted: Weighted,
): PreparedProfile {
  const tree = treeOf(part, weighted);
  const column = tree.columns[0]!;
  const weights = frameWeights(tree, column, totals(tree, column));
  const frame = Uint32Array.from(
    [...weights.total.keys()].filter((row) => weights.total[row]! > 0 && row > 0),
  );
  const { measure, state } = column;
  const node = Uint32Array.from(weighted.leaves, (leaf) => part.placeOf[leaf]!);
  const count = weighted.samples.reduce((sum, samples) => sum + samples, 0);
  return {
    frames: tree.frames,
    frameId,
    nodes: part.part,
    series: [
      {
        measure,
        state,
        labels: { 'service.version': '1.4.2' },
        count,
        total: count * sampleNs,
        node,
        line: Uint32Array.from(node, (place) => tree.lineFrom[place]!),
        self: Float64Array.from(weighted.samples, (samples) => samples * sampleNs),
      },
    ],
    frameSeries: [
      {
        measure,
        state,
        frame,
        self: Float64Array.from(frame, (row) => weights.self[row]!),
        total: Float64Array.from(frame, (row) => weights.total[row]!),
      },
    ],
  };
}
