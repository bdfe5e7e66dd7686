import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyTree } from './any-tree.ts';
import { elidedStart, type FlameTree } from './flame-tree.ts';
import { type Hit, hitAt } from './hit.ts';

/** Look at every node. */
function slowHit(tree: FlameTree, row: number, weight: number): Hit | undefined {
  for (let node = 0; node < tree.length; node++) {
    const from = tree.x[node]!;
    if (tree.depth[node] === row && weight >= from && weight < from + tree.total[node]!)
      return { node, part: 'box' };
    const start = elidedStart(tree, node);
    const isTail = weight >= start && weight < start + tree.elided[node]!;
    if (tree.depth[node] === row - 1 && isTail) return { node, part: 'elided' };
  }
  return undefined;
}

test('what lies under a point is what looking at every node finds there', () => {
  fc.assert(
    fc.property(
      anyTree().filter((tree) => tree.total[0]! > 0),
      fc.nat(9),
      fc.double({ min: 0, max: 1.1, noNaN: true }),
      (tree, row, at) => {
        const whole = tree.total[0]!;
        const view = { from: 0, to: whole, width: whole, height: 400, rowHeight: 18, scrollTop: 6 };
        const hit = hitAt(tree, view, at * whole, row * 18 + 3);
        expect(hit).toEqual(slowHit(tree, row, at * whole));
      },
    ),
  );
});
