import type { CallTree } from './call-tree.ts';
import { CallTreeBuilder } from './call-tree-builder.ts';
import { ColumnSet } from './column-set.ts';
import { type FrameTable, runtimes } from './frame-table.ts';
import { FrameTableBuilder } from './frame-table-builder.ts';

/** One tree with the weights of all; columns of one measure id and state become one. */
export function mergeTrees(trees: readonly CallTree[]): CallTree {
  const { builder, rowsOf } = overlay(trees);
  const columns = new ColumnSet(builder.length);
  for (const [index, tree] of trees.entries()) {
    for (const column of tree.columns) columns.add(column, rowsOf[index]!);
  }
  return builder.build(columns.build());
}

/** Several trees laid over each other: every path once, and where each tree's nodes came to lie. */
export interface Overlay {
  readonly builder: CallTreeBuilder;
  /** Per tree, the overlay's node of each of its nodes. */
  readonly rowsOf: readonly Int32Array[];
}

export function overlay(trees: readonly CallTree[]): Overlay {
  const frames = sharedFrames(trees);
  const builder = new CallTreeBuilder(frames);
  const rowsOf = trees.map((tree) => {
    const isShared = !(frames instanceof FrameTableBuilder);
    return insert(tree, isShared ? tree.frame : framesIn(frames, tree), builder);
  });
  return { builder, rowsOf };
}

/** The one table of all trees, or a builder where they have several. */
function sharedFrames(trees: readonly CallTree[]): FrameTable | FrameTableBuilder {
  const frames = trees[0]?.frames;
  const isShared = frames && trees.every((tree) => tree.frames === frames);
  return isShared ? frames : new FrameTableBuilder();
}

/** Frames of nodes as rows of the builder, which takes in only functions that some node shows. */
function framesIn(builder: FrameTableBuilder, { length, frame, frames }: CallTree): Uint32Array {
  const rowOf = new Int32Array(frames.length).fill(-1);
  const framesOfNodes = new Uint32Array(length);
  for (let node = 1; node < length; node++) {
    const old = frame[node]!;
    if (rowOf[old]! < 0) {
      const runtime = runtimes[frames.runtime[old]!]!;
      rowOf[old] = builder.row(frames.name[old]!, frames.file[old]!, frames.module[old]!, runtime);
    }
    framesOfNodes[node] = rowOf[old]!;
  }
  return framesOfNodes;
}

function insert(tree: CallTree, frame: Uint32Array, builder: CallTreeBuilder): Int32Array {
  const { length, parent, lineFrom, lineTo } = tree;
  const rows = new Int32Array(length);
  for (let node = 1; node < length; node++) {
    rows[node] = builder.child(rows[parent[node]!]!, frame[node]!, lineFrom[node]!, lineTo[node]!);
  }
  return rows;
}
