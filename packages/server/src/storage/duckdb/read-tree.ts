import type { DuckDBConnection } from '@duckdb/node-api';
import {
  type CallTree,
  type Column,
  type FrameTable,
  type Measure,
  threadStates,
} from '@everflame/model';
import { columnOf } from './column-rows.ts';
import type { GroupNodes } from './group-nodes.ts';
import type { Plan } from './plan.ts';
import { rowsOf, type Selection } from './selection.ts';
import { families } from './tables.ts';

/** Self weights as they come from the engine, summed per node and state. */
export interface Weights {
  readonly length: number;
  readonly node: Int32Array;
  /** Index into `threadStates`. */
  readonly state: Int8Array;
  readonly self: Float64Array;
}

export async function readWeights(
  connection: DuckDBConnection,
  plan: Plan,
  selection: Selection,
): Promise<Weights> {
  const rows = rowsOf(families.samples, plan, selection, 'node, state, self');
  const result = await connection.run(
    `SELECT node, state, sum(self) AS self FROM ${rows} GROUP BY node, state`,
  );
  const length = result.rowCount;
  const weights = {
    length,
    node: new Int32Array(length),
    state: new Int8Array(length),
    self: new Float64Array(length),
  };
  let row = 0;
  for (let index = 0; index < result.chunkCount; index++) {
    const chunk = result.getChunk(index);
    weights.node.set(columnOf<Int32Array>(chunk, 0), row);
    weights.state.set(columnOf<Int8Array>(chunk, 1), row);
    weights.self.set(columnOf<Float64Array>(chunk, 2), row);
    row += chunk.rowCount;
  }
  return weights;
}

/** True where every weighted node is known: not so if rows were dropped between reading them and the dictionary. */
export function allKnown(
  { length, node }: Weights,
  { parent, length: known }: GroupNodes,
): boolean {
  for (let row = 0; row < length; row++) {
    const id = node[row]!;
    if (id >= known || (id !== 0 && parent[id]! < 0)) return false;
  }
  return true;
}

/** Nodes of the dictionary that carry weight or lead to one that does, in the dictionary's order. */
export function neededNodes(
  { length, node }: Weights,
  { parent, length: known }: GroupNodes,
): Int32Array {
  const needed = new Uint8Array(known);
  needed[0] = 1;
  for (let row = 0; row < length; row++) needed[node[row]!] = 1;
  let count = 0;
  // Callers have smaller numbers, so backwards meets whoever needs a node before the node.
  for (let id = known - 1; id > 0; id--) {
    if (needed[id] === 0) continue;
    needed[parent[id]!] = 1;
    count++;
  }
  const ids = new Int32Array(count + 1);
  let row = 1;
  for (let id = 1; id < known; id++) if (needed[id] === 1) ids[row++] = id;
  return ids;
}

export interface TreeParts {
  readonly nodes: GroupNodes;
  readonly ids: Int32Array;
  readonly weights: Weights;
  readonly measure: Measure;
  /** Weights are divided by this. */
  readonly divisor: number;
}

/** Numbers of the frames of these nodes, each once, the root's first; and the row of each frame's number. */
export function framesOf({ frame }: GroupNodes, ids: Int32Array, frameCount: number) {
  const rowOf = new Int32Array(frameCount);
  const frames = [0];
  for (let row = 1; row < ids.length; row++) {
    const id = frame[ids[row]!]!;
    if (rowOf[id] === 0) rowOf[id] = frames.push(id) - 1;
  }
  return { frames, rowOf };
}

export function assembledTree(parts: TreeParts, frames: FrameTable, rowOf: Int32Array): CallTree {
  const { nodes, ids } = parts;
  const { length } = ids;
  const placeOf = new Int32Array(nodes.length);
  const tree = {
    frames,
    length,
    parent: new Int32Array(length),
    frame: new Uint32Array(length),
    firstOnPath: new Uint8Array(length),
    lineFrom: new Uint32Array(length),
    lineTo: new Uint32Array(length),
  };
  tree.parent[0] = -1;
  tree.firstOnPath[0] = 1;
  for (let place = 1; place < length; place++) {
    const id = ids[place]!;
    placeOf[id] = place;
    tree.parent[place] = placeOf[nodes.parent[id]!]!;
    tree.frame[place] = rowOf[nodes.frame[id]!]!;
    tree.firstOnPath[place] = nodes.firstOnPath[id]!;
    tree.lineFrom[place] = nodes.lineFrom[id]!;
    tree.lineTo[place] = nodes.lineTo[id]!;
  }
  return { ...tree, columns: columnsOf(parts, placeOf) };
}

function columnsOf({ weights, measure, divisor, ids }: TreeParts, placeOf: Int32Array): Column[] {
  const selfOf: (Float64Array | undefined)[] = threadStates.map(() => undefined);
  for (let row = 0; row < weights.length; row++) {
    const state = weights.state[row]!;
    selfOf[state] ??= new Float64Array(ids.length);
    const self = selfOf[state];
    self[placeOf[weights.node[row]!]!]! += weights.self[row]! / divisor;
  }
  return threadStates.flatMap((state, index) => {
    const self = selfOf[index];
    return self === undefined ? [] : [{ measure, state, self }];
  });
}
