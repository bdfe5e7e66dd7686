import type { FlameTree } from './flame-tree.ts';

/** The stretch of weight that is looked at. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

export const stretchOf = (tree: FlameTree, node: number): Stretch => {
  const from = tree.x[node] ?? 0;
  return { from, to: from + Math.max(tree.total[node] ?? 0, Number.MIN_VALUE) };
};

/** Held inside the whole, without a change of width where it fits. */
function held({ from, to }: Stretch, whole: number): Stretch {
  const width = Math.min(to - from, whole);
  const start = Math.min(Math.max(0, from), whole - width);
  return { from: start, to: start + width };
}

/** `factor` below 1 looks closer. What lies at `at` stays where it is. */
export function zoomedAround(now: Stretch, at: number, factor: number, whole: number): Stretch {
  const closest = whole / 1e9;
  const width = Math.max((now.to - now.from) * factor, closest);
  const share = (at - now.from) / (now.to - now.from);
  const from = at - share * width;
  return held({ from, to: from + width }, whole);
}

export const panned = (now: Stretch, by: number, whole: number): Stretch =>
  held({ from: now.from + by, to: now.to + by }, whole);

/** Between two stretches; fast first, slow at the end. `share` of the way from 0 to 1. */
export function between(a: Stretch, b: Stretch, share: number): Stretch {
  const eased = 1 - (1 - share) ** 3;
  return { from: a.from + (b.from - a.from) * eased, to: a.to + (b.to - a.to) * eased };
}

/** Rows from the root to the deepest callee below `node`. */
export function rowsBelow(tree: FlameTree, node: number): number {
  let deepest = 0;
  const end = node + (tree.size[node] ?? 0);
  for (let i = node; i < end; i++) if (tree.depth[i]! > deepest) deepest = tree.depth[i]!;
  return deepest + 1;
}
