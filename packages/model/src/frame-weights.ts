import type { CallTree, Column } from './call-tree.ts';
import { totals } from './totals.ts';

/** Weights by row of the tree's frame table. */
export interface FrameWeights {
  readonly self: Float64Array;
  /** Time in which the frame was anywhere on the stack; recursion counts once. */
  readonly total: Float64Array;
}

/** `nodeTotals`: what `totals(tree, column)` gives, if it is at hand. Elided weights belong to no frame's self. */
export function frameWeights(
  tree: CallTree,
  column: Column,
  nodeTotals: Float64Array = totals(tree, column),
): FrameWeights {
  const { length, frame, firstOnPath } = tree;
  const self = new Float64Array(tree.frames.length);
  const total = new Float64Array(tree.frames.length);
  for (let node = 0; node < length; node++) {
    const row = frame[node]!;
    self[row]! += column.self[node]!;
    if (firstOnPath[node] === 1) total[row]! += nodeTotals[node]!;
  }
  return { self, total };
}
