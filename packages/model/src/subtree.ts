import type { CallTree } from './call-tree.ts';
import { CallTreeBuilder } from './call-tree-builder.ts';
import { ColumnSet } from './column-set.ts';

/** What lies below a node: the node becomes the only child of the root. Of the root: the tree itself. */
export function subtree(tree: CallTree, node: number): CallTree {
  if (node === 0) return tree;
  return treeBelow(tree, (candidate) => candidate === node);
}

/**
 * Everything a frame called, from all its places in the tree: root → frame → callees. Places inside
 * another place are not started anew, so nothing counts twice.
 */
export function callees(tree: CallTree, frame: number): CallTree {
  return treeBelow(tree, (node) => tree.frame[node] === frame);
}

/** Merges what lies below the topmost nodes that `isTop` names, all of which have one frame. */
function treeBelow(tree: CallTree, isTop: (node: number) => boolean): CallTree {
  const { length, parent, frame, lineFrom, lineTo } = tree;
  const builder = new CallTreeBuilder(tree.frames);
  const rowOf = new Int32Array(length).fill(-1);
  for (let node = 1; node < length; node++) {
    const above = rowOf[parent[node]!]!;
    if (above < 0 && !isTop(node)) continue;
    rowOf[node] = builder.child(Math.max(0, above), frame[node]!, lineFrom[node]!, lineTo[node]!);
  }
  const columns = new ColumnSet(builder.length);
  for (const column of tree.columns) columns.add(column, rowOf);
  return builder.build(columns.build());
}
