import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyTree } from './any-tree.ts';
import { children } from './flame-tree.ts';
import { neighbour, placeAmongSiblings } from './neighbours.ts';

test('arrows lead up and down and along the siblings, and back again', () => {
  fc.assert(
    fc.property(anyTree(), (tree) => {
      for (let node = 0; node < tree.length; node++) {
        const child = neighbour(tree, node, 'child');
        if (child === undefined) expect(tree.size[node]).toBe(1);
        else {
          expect(neighbour(tree, child, 'parent')).toBe(node);
          for (const other of children(tree, node))
            expect(tree.total[other]).toBeLessThanOrEqual(tree.total[child]!);
        }
        const next = neighbour(tree, node, 'next');
        const [place, siblings] = placeAmongSiblings(tree, node);
        if (next === undefined) expect(place).toBe(siblings);
        else {
          expect(neighbour(tree, next, 'previous')).toBe(node);
          expect(tree.parent[next]).toBe(tree.parent[node]);
        }
      }
    }),
  );
});
