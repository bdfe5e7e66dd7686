import type { CallTree, Column } from './call-tree.ts';
import { CallTreeBuilder } from './call-tree-builder.ts';
import { totals } from './totals.ts';

/**
 * Turning a tree over can multiply it: every node becomes a path as long as it was deep. Past this many
 * nodes paths end early and their weight is `elided` there.
 */
export interface InversionLimits {
  readonly maxNodes?: number;
}

const defaultMaxNodes = 4_000_000;

/**
 * Who called a frame: root → frame → its callers → their callers. Weights are the totals of the frame's
 * outermost places, and lie as self where a path ends at the thread's entry point; nothing counts twice.
 */
export function callers(tree: CallTree, frame: number, limits: InversionLimits = {}): CallTree {
  const { length, firstOnPath } = tree;
  const starts = new Int32Array(length);
  let count = 0;
  for (let node = 1; node < length; node++) {
    if (tree.frame[node] === frame && firstOnPath[node] === 1) starts[count++] = node;
  }
  const weights = tree.columns.map((column) => totals(tree, column));
  return turnedOver(tree, { starts: starts.subarray(0, count), weights, limits });
}

/**
 * The tree bottom up: below the root the functions by their self weight, below each its callers.
 * A truncated tree does not say whose its elided weights are: they stay elided at the root.
 */
export function inverted(tree: CallTree, limits: InversionLimits = {}): CallTree {
  const { length, columns } = tree;
  const starts = new Int32Array(length);
  let count = 0;
  for (let node = 1; node < length; node++) {
    if (columns.some(({ self }) => self[node] !== 0)) starts[count++] = node;
  }
  const weights = columns.map(({ self }) => self);
  const over = turnedOver(tree, { starts: starts.subarray(0, count), weights, limits });
  for (const [index, column] of columns.entries()) {
    const { self, elided } = over.columns[index]!;
    self[0] = column.self[0]!;
    if (elided && column.elided)
      elided[0]! += column.elided.reduce((sum, weight) => sum + weight, 0);
  }
  return over;
}

interface Starts {
  readonly starts: Int32Array;
  /** Per column of the tree, by node. */
  readonly weights: readonly Float64Array[];
  readonly limits: InversionLimits;
}

function turnedOver(tree: CallTree, { starts, weights, limits }: Starts): CallTree {
  const maxNodes = limits.maxNodes ?? defaultMaxNodes;
  const builder = new CallTreeBuilder(tree.frames);
  const { parent, frame, lineFrom, lineTo } = tree;
  const ends = new Int32Array(starts.length);
  const isCut = new Uint8Array(starts.length);
  for (const [index, start] of starts.entries()) {
    let end = 0;
    for (let node = start; node > 0; node = parent[node]!) {
      if (builder.length >= maxNodes && builder.find(end, frame[node]!) < 0) {
        isCut[index] = 1;
        break;
      }
      end = builder.child(end, frame[node]!, lineFrom[node]!, lineTo[node]!);
    }
    ends[index] = end;
  }
  const columns = tree.columns.map((column, index): Column => {
    const self = new Float64Array(builder.length);
    const elided = new Float64Array(builder.length);
    for (const [row, start] of starts.entries()) {
      const into = isCut[row] === 1 ? elided : self;
      into[ends[row]!]! += weights[index]![start]!;
    }
    const { measure, state } = column;
    const isWhole = !(column.elided || isCut.includes(1));
    return isWhole ? { measure, state, self } : { measure, state, self, elided };
  });
  return builder.build(columns);
}
