import { elidedStart, type FlameTree } from './flame-tree.ts';
import type { Viewport } from './layout.ts';

/** What lies under the pointer: a box, or the hatched tail of callees that were cut off below `node`. */
export interface Hit {
  readonly node: number;
  readonly part: 'box' | 'elided';
}

/** `x` and `y` in device pixels from the top left corner of the picture. */
export function hitAt(tree: FlameTree, view: Viewport, x: number, y: number): Hit | undefined {
  const row = Math.floor((y + view.scrollTop) / view.rowHeight);
  const weight = view.from + (x / view.width) * (view.to - view.from);
  if (row < 0 || tree.length === 0 || weight < 0 || weight >= tree.total[0]!) return undefined;
  let node = 0;
  for (let depth = 0; depth < row; depth++) {
    const child = childAt(tree, node, weight);
    if (child === undefined) {
      const start = elidedStart(tree, node);
      const isTail = depth === row - 1 && weight >= start && weight < start + tree.elided[node]!;
      return isTail ? { node, part: 'elided' } : undefined;
    }
    node = child;
  }
  return { node, part: 'box' };
}

function childAt({ x, total, size }: FlameTree, node: number, weight: number): number | undefined {
  const end = node + size[node]!;
  for (let child = node + 1; child < end; child += size[child]!) {
    if (weight < x[child]! + total[child]!) return weight >= x[child]! ? child : undefined;
  }
  return undefined;
}
