import type { CallTree } from './call-tree.ts';

/**
 * 1 where no ancestor has the node's frame. Walks the tree in depth-first order and remembers, per
 * frame, the outermost node of the current path: linear, whereas asking every new node's ancestors
 * costs its depth. Frames must be below `frameCount`.
 */
export function firstOnPath(
  tree: Pick<CallTree, 'length' | 'parent' | 'frame'>,
  frameCount: number,
): Uint8Array {
  const { length, parent, frame } = tree;
  const first = new Uint8Array(length);
  const { firstChild, nextSibling } = childLists(length, parent);
  /** Node + 1 of the outermost occurrence on the current path, 0 where the frame is not on it. */
  const outermost = new Int32Array(frameCount);
  let node = 0;
  while (node >= 0) {
    if (outermost[frame[node]!] === 0) {
      outermost[frame[node]!] = node + 1;
      first[node] = 1;
    }
    let next = firstChild[node]!;
    while (next < 0 && node >= 0) {
      if (first[node] === 1) outermost[frame[node]!] = 0;
      next = nextSibling[node]!;
      node = parent[node]!;
    }
    node = next;
  }
  return first;
}

/** Children as linked lists in row order, -1 at their ends. */
function childLists(length: number, parent: Int32Array) {
  const firstChild = new Int32Array(length).fill(-1);
  const nextSibling = new Int32Array(length).fill(-1);
  for (let node = length - 1; node > 0; node--) {
    const caller = parent[node]!;
    nextSibling[node] = firstChild[caller]!;
    firstChild[caller] = node;
  }
  return { firstChild, nextSibling };
}
