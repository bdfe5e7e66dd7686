import { type DerivedTree, deriveTree, type ProfileTree } from '@everflame/api/profile-tree';
import { type FrameTable, hashHex, nodeIds, type ThreadState } from '@everflame/model';

/**
 * A tree ready to be drawn: struct of arrays in preorder, so that a subtree is the run of `size[i]`
 * nodes from i on, and skipping it is one addition. Below a box lie its children in order, then what
 * was elided, then its self part.
 * Invariant: total = self + elided + Σ total(children), in each state and over all.
 */
export interface FlameTree extends DerivedTree {
  /** What came off the wire, so that it can be put in another order or filled in. */
  readonly source: ProfileTree;
  readonly frames: FrameTable;
  readonly length: number;
  readonly frame: Uint32Array;
  readonly depth: Uint32Array;
  readonly states: readonly { readonly state: ThreadState; readonly total: Float64Array }[];
  /** Siblings come heaviest first: the painter may stop at the first that is too small to see. */
  readonly isHeavyFirst: boolean;
}

export function flameTree(source: ProfileTree): FlameTree {
  const derived = deriveTree(source);
  const states = source.states.map(({ state }) => ({
    state,
    total: source.states.length === 1 ? derived.total : deriveTree(source, [state]).total,
  }));
  const { frames, length, frame, depth } = source;
  const isHeavyFirst = heavyFirst(derived);
  return { ...derived, source, frames, length, frame, depth, states, isHeavyFirst };
}

// Not taken from the header's `order`: filling in a subtree may break it, and the painter relies on it.
function heavyFirst({ parent, total }: DerivedTree): boolean {
  const last = new Float64Array(parent.length).fill(Number.POSITIVE_INFINITY);
  for (let i = 1; i < parent.length; i++) {
    const p = parent[i]!;
    if (total[i]! > last[p]!) return false;
    last[p] = total[i]!;
  }
  return true;
}

/** Weight left of what was elided below the node. */
export const elidedStart = (tree: FlameTree, node: number): number =>
  tree.x[node]! + tree.total[node]! - tree.self[node]! - tree.elided[node]!;

/** Whether anything was cut off at or below the node. */
export function hasCuts({ elided, size }: FlameTree, node: number): boolean {
  const end = node + size[node]!;
  for (let i = node; i < end; i++) if (elided[i]! > 0) return true;
  return false;
}

/** Direct callees of a node, in order. */
export function children(tree: FlameTree, node: number): number[] {
  const found: number[] = [];
  const end = node + tree.size[node]!;
  for (let i = node + 1; i < end; i += tree.size[i]!) found.push(i);
  return found;
}

/** The node and its callers, outermost first. */
export function pathTo(tree: FlameTree, node: number): number[] {
  const path: number[] = [];
  for (let i = node; i >= 0; i = tree.parent[i]!) path.push(i);
  return path.reverse();
}

/** The node's identity in every tree of the group, 16 hex digits: what links carry. */
export function pathId(tree: FlameTree, node: number): string {
  return hashHex(idsOf(tree)[node]!);
}

/** The node of that identity; undefined where this tree does not have it. */
export function nodeOfPath(tree: FlameTree, id: string): number | undefined {
  const node = idsOf(tree).indexOf(BigInt(`0x${id}`));
  return node < 0 ? undefined : node;
}

const knownIds = new WeakMap<FlameTree, BigUint64Array>();

function idsOf(tree: FlameTree): BigUint64Array {
  const known = knownIds.get(tree) ?? nodeIds(tree, tree.source.frameId);
  knownIds.set(tree, known);
  return known;
}
