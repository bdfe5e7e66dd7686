import type { FrameTable } from './frame-table.ts';
import type { Measure, ThreadState } from './measure.ts';

/**
 * A call tree with its weights: struct of arrays, callers before callees (`parent[i] < i`), so totals
 * are one backward pass and paths one forward pass. Node 0 is the root: parent -1, frame 0.
 * Siblings have different frames.
 */
export interface CallTree {
  readonly frames: FrameTable;
  readonly length: number;
  readonly parent: Int32Array;
  readonly frame: Uint32Array;
  /**
   * 1 where no ancestor has the node's frame. A frame's total is the sum of its nodes' totals over
   * this bit, which is exact under recursion.
   */
  readonly firstOnPath: Uint8Array;
  /** Lines seen at this node, 1-based; 0 where unknown. */
  readonly lineFrom: Uint32Array;
  readonly lineTo: Uint32Array;
  readonly columns: readonly Column[];
}

/** Weights of one measure in one thread state. Invariant: total = self + elided + Σ total(children). */
export interface Column {
  readonly measure: Measure;
  readonly state: ThreadState;
  readonly self: Float64Array;
  /** Weight of descendants that were cut off below the node; absent in a tree that was never truncated. */
  readonly elided?: Float64Array;
}
