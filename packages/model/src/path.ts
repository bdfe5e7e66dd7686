import type { CallTree } from './call-tree.ts';

/** The nodes from just below the root down to `node`; empty for the root. */
export function path(tree: Pick<CallTree, 'parent'>, node: number): number[] {
  const nodes: number[] = [];
  for (let at = node; at > 0; at = tree.parent[at]!) nodes.push(at);
  return nodes.reverse();
}

/** Callers above each node; 0 for the root. */
export function depths(tree: Pick<CallTree, 'length' | 'parent'>): Uint32Array {
  const depth = new Uint32Array(tree.length);
  for (let node = 1; node < tree.length; node++) depth[node] = depth[tree.parent[node]!]! + 1;
  return depth;
}
