import {
  type CallTree,
  type Column,
  depths,
  type FrameTable,
  firstOnPath,
  type Measure,
  preorder,
  type SiblingOrder,
  type ThreadState,
  threadStates,
  totals,
} from '@everflame/model';
import { decodeFrames, encodeFrames, framesInUse } from './profile-tree-frames.ts';
import { corrupt, headerBytes, type ProfileTreeHeader, readHeader } from './profile-tree-header.ts';
import {
  aligned,
  ColumnReader,
  type ColumnSpec,
  columnBytes,
  expectColumns,
  type Layout,
  type NamedValues,
  narrowest,
  writeColumn,
} from './profile-tree-layout.ts';

export type { ProfileTreeHeader } from './profile-tree-header.ts';

/** A tree as it crosses the wire: nodes in preorder, node 0 the root with frame 0. */
export interface ProfileTree {
  readonly header: ProfileTreeHeader;
  /** Only frames that some node shows; row 0 is the root's. Untrusted text. */
  readonly frames: FrameTable;
  readonly frameId: BigUint64Array;
  readonly length: number;
  readonly depth: Uint32Array;
  readonly frame: Uint32Array;
  readonly lineFrom: Uint32Array;
  readonly lineTo: Uint32Array;
  /** Nodes cut below each node. */
  readonly elidedNodes: Uint32Array;
  readonly states: readonly StateWeights[];
}

/** Finite and not negative. Invariant: total = self + elided + Σ total(children). */
export interface StateWeights {
  readonly state: ThreadState;
  readonly self: Float64Array;
  /** Absent where nothing was ever cut. */
  readonly elided?: Float64Array;
}

/** What follows from a ProfileTree for the states of interest, by node. */
export interface DerivedTree {
  readonly parent: Int32Array;
  /** Nodes of the subtree, itself included: the next node outside is `node + size[node]`. */
  readonly size: Uint32Array;
  readonly self: Float64Array;
  readonly elided: Float64Array;
  readonly total: Float64Array;
  /** Weight to the left of the node: its parent's x and the totals of earlier siblings. */
  readonly x: Float64Array;
}

export interface ProfileTreeSource {
  /** Possibly truncated. Columns of other measures are left out. */
  readonly tree: CallTree & { readonly elidedNodes?: Uint32Array };
  readonly measure: Measure;
  readonly order: SiblingOrder;
  readonly header: Pick<
    ProfileTreeHeader,
    'fromMs' | 'toMs' | 'tier' | 'count' | 'profiles' | 'treeNodes' | 'root'
  >;
}

export function encodeProfileTree(source: ProfileTreeSource): Uint8Array<ArrayBuffer> {
  const { tree, measure, order } = source;
  const columns = tree.columns.filter((column) => column.measure.id === measure.id);
  const total = sumOfTotals(tree, columns);
  const rows = preorder(tree, total, order);
  const { frames, frameOfNode } = framesInUse(tree, rows);
  const elidedNodes = gathered(tree.elidedNodes ?? new Uint32Array(tree.length), rows);
  const nodeColumns: NamedValues[] = [
    ['depth', gathered(depths(tree), rows)],
    ['frame', frameOfNode],
    ['lineFrom', gathered(tree.lineFrom, rows)],
    ['lineTo', gathered(tree.lineTo, rows)],
    ['elidedNodes', elidedNodes],
  ];
  for (const { state, self, elided } of columns) {
    nodeColumns.push([`self.${state}`, gathered(self, rows)]);
    if (elided) nodeColumns.push([`elided.${state}`, gathered(elided, rows)]);
  }
  const { text, columns: frameColumns } = encodeFrames(tree.frames, frames);
  const header: ProfileTreeHeader = {
    ...source.header,
    measure: measure.id,
    unit: measure.unit,
    temporality: measure.temporality,
    order,
    elidedNodes: elidedNodes.reduce((sum, count) => sum + count, 0),
    total: total[0]!,
  };
  return assembled({ header, text, frames: frames.length, frameColumns, nodeColumns });
}

/** A Problem where the bytes are not a whole, consistent tree. Siblings are not checked to differ. */
export function decodeProfileTree(source: Uint8Array | ArrayBuffer): ProfileTree {
  const bytes = source instanceof Uint8Array ? source : new Uint8Array(source);
  const { header, layout, end } = readHeader(bytes);
  const reader = new ColumnReader(bytes, end);
  const { frames, frameId } = decodeFrames(reader, layout);
  const tree = readNodes(reader, layout);
  if (reader.at !== bytes.length) {
    throw corrupt(`${bytes.length - reader.at} bytes follow the last column.`);
  }
  checkShape(tree, frames.length);
  checkWeights(tree, header);
  return { header, frames, frameId, ...tree };
}

/** Sums the given states, all without them, and derives the shape in linear passes. */
export function deriveTree(tree: ProfileTree, states?: readonly ThreadState[]): DerivedTree {
  const { length, depth } = tree;
  const chosen = tree.states.filter(({ state }) => !states || states.includes(state));
  const self = sum(
    length,
    chosen.map((weights) => weights.self),
  );
  const elided = sum(
    length,
    chosen.flatMap((weights) => weights.elided ?? []),
  );
  const parent = parents(depth);
  const size = new Uint32Array(length).fill(1);
  for (let node = length - 1; node > 0; node--) size[parent[node]!]! += size[node]!;
  const total = totals({ length, parent }, { self, elided });
  const x = new Float64Array(length);
  /** Where the next child of each node begins. */
  const next = new Float64Array(length);
  for (let node = 1; node < length; node++) {
    const caller = parent[node]!;
    x[node] = next[caller]!;
    next[node] = next[caller]!;
    next[caller]! += total[node]!;
  }
  return { parent, size, self, elided, total, x };
}

/** For the model's functions: merge, callers, callees, difference … */
export function callTreeOfProfileTree(tree: ProfileTree): CallTree {
  const { header, frames, length, frame, lineFrom, lineTo } = tree;
  const { unit, temporality } = header;
  const measure = { id: header.measure, unit, temporality };
  const parent = parents(tree.depth);
  return {
    frames,
    length,
    parent,
    frame,
    firstOnPath: firstOnPath({ length, parent, frame }, frames.length),
    lineFrom,
    lineTo,
    columns: tree.states.map((weights) => ({ measure, ...weights })),
  };
}

interface Parts {
  readonly header: ProfileTreeHeader;
  readonly text: Uint8Array;
  readonly frames: number;
  readonly frameColumns: readonly NamedValues[];
  readonly nodeColumns: readonly NamedValues[];
}

function assembled({ header, text, frames, frameColumns, nodeColumns }: Parts) {
  const layout: Layout = {
    textBytes: text.length,
    frames,
    nodes: nodeColumns[0]![1].length,
    frameColumns: frameColumns.map(specOf),
    nodeColumns: nodeColumns.map(specOf),
  };
  const head = headerBytes(header, layout);
  const columns = [...frameColumns, ...nodeColumns].map(([, values], i) => ({
    values,
    type: [...layout.frameColumns, ...layout.nodeColumns][i]![1],
  }));
  const textEnd = head.length + aligned(text.length);
  const length = columns.reduce(
    (sum, { values, type }) => sum + aligned(columnBytes(type, values.length)),
    textEnd,
  );
  const bytes = new Uint8Array(length);
  bytes.set(head);
  bytes.set(text, head.length);
  let at = textEnd;
  for (const { values, type } of columns) {
    writeColumn({ buffer: bytes.buffer, at }, type, values);
    at += aligned(columnBytes(type, values.length));
  }
  return bytes;
}

const specOf = ([name, values]: NamedValues): ColumnSpec => [
  name,
  values instanceof BigUint64Array ? 'u64' : narrowest(values),
];

function sumOfTotals(tree: CallTree, columns: readonly Column[]): Float64Array {
  const total = new Float64Array(tree.length);
  for (const column of columns) {
    const ofColumn = totals(tree, column);
    for (let node = 0; node < tree.length; node++) total[node]! += ofColumn[node]!;
  }
  return total;
}

function gathered<Table extends Uint32Array | Float64Array>(values: Table, rows: Int32Array) {
  const Type = values.constructor as new (length: number) => Table;
  const result = new Type(rows.length);
  for (let at = 0; at < rows.length; at++) result[at] = values[rows[at]!]!;
  return result;
}

/** Parents from depths in preorder: the last node seen one level up. */
function parents(depth: Uint32Array): Int32Array<ArrayBuffer> {
  const parent = new Int32Array(depth.length).fill(-1);
  for (let node = 1; node < depth.length; node++) {
    let caller = node - 1;
    while (depth[caller]! >= depth[node]!) caller = parent[caller]!;
    parent[node] = caller;
  }
  return parent;
}

const shapeColumns = ['depth', 'frame', 'lineFrom', 'lineTo', 'elidedNodes'] as const;

function readNodes(reader: ColumnReader, { nodes, nodeColumns }: Layout) {
  const shape = expectColumns(nodeColumns.slice(0, shapeColumns.length), shapeColumns);
  const [depth, frame, lineFrom, lineTo, elidedNodes] = shape.map((type) =>
    reader.u32(type, nodes),
  );
  const states: StateWeights[] = [];
  for (const [name, type] of nodeColumns.slice(shapeColumns.length)) {
    const [part, stateName] = name.split('.');
    const state = threadStates.find((known) => known === stateName);
    const last = states.at(-1);
    const values = reader.f64(type, nodes);
    if (state && part === 'self' && !states.some((known) => known.state === state)) {
      states.push({ state, self: values });
    } else if (last && part === 'elided' && last.state === state && !last.elided) {
      states[states.length - 1] = { ...last, elided: values };
    } else throw corrupt(`There is no place for a column ${name}.`);
  }
  return {
    length: nodes,
    depth: depth!,
    frame: frame!,
    lineFrom: lineFrom!,
    lineTo: lineTo!,
    elidedNodes: elidedNodes!,
    states,
  };
}

type Nodes = ReturnType<typeof readNodes>;

/** Preorder from one root: a node lies at most one level below the one before it. */
function checkShape({ length, depth, frame }: Nodes, frames: number): void {
  if (length === 0 || depth[0] !== 0 || frame[0] !== 0) throw corrupt('Node 0 is not the root.');
  for (let node = 1; node < length; node++) {
    const level = depth[node]!;
    if (level === 0 || level > depth[node - 1]! + 1) {
      throw corrupt(`Node ${node} lies at depth ${level}, after one at ${depth[node - 1]}.`);
    }
    if (frame[node]! >= frames) throw corrupt(`Frame ${frame[node]} of ${frames} is named.`);
  }
}

function checkWeights({ elidedNodes, states }: Nodes, header: ProfileTreeHeader): void {
  let total = 0;
  for (const values of states.flatMap(({ self, elided }) => (elided ? [self, elided] : [self]))) {
    for (let node = 0; node < values.length; node++) {
      if (!(values[node]! >= 0)) throw corrupt(`Node ${node} weighs ${values[node]}.`);
      total += values[node]!;
    }
  }
  // Not equal to the last bit: the order of adding differs, and weights need not be whole.
  if (!(Math.abs(total - header.total) <= 1e-6 * header.total)) {
    throw corrupt(`The header says ${header.total} in total, and the nodes ${total}.`);
  }
  const cut = elidedNodes.reduce((count, nodes) => count + nodes, 0);
  if (cut !== header.elidedNodes) {
    throw corrupt(`The header says ${header.elidedNodes} nodes were cut, and the nodes ${cut}.`);
  }
}

function sum(length: number, columns: readonly Float64Array[]): Float64Array {
  const result = new Float64Array(length);
  for (const values of columns) {
    for (let node = 0; node < length; node++) result[node]! += values[node]!;
  }
  return result;
}
