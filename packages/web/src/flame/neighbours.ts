import { children, type FlameTree } from './flame-tree.ts';

export type Direction = 'parent' | 'child' | 'previous' | 'next';

/** Where an arrow key leads: undefined at the edge. `child` is the heaviest. */
export function neighbour(tree: FlameTree, node: number, to: Direction): number | undefined {
  const parent = tree.parent[node]!;
  switch (to) {
    case 'parent':
      return parent < 0 ? undefined : parent;
    case 'child': {
      const below = children(tree, node);
      return below.length === 0
        ? undefined
        : below.reduce((best, child) => (tree.total[child]! > tree.total[best]! ? child : best));
    }
    case 'previous':
    case 'next': {
      if (parent < 0) return undefined;
      const siblings = children(tree, parent);
      return siblings[siblings.indexOf(node) + (to === 'next' ? 1 : -1)];
    }
  }
}

/** Position among siblings, counted from 1, and how many there are. */
export function placeAmongSiblings(tree: FlameTree, node: number): readonly [number, number] {
  const parent = tree.parent[node]!;
  if (parent < 0) return [1, 1];
  const siblings = children(tree, parent);
  return [siblings.indexOf(node) + 1, siblings.length];
}
