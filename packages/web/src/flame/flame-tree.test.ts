import fc from 'fast-check';
import { expect, test } from 'vitest';
import { answered, anyCallTree, anyTree } from './any-tree.ts';
import { children, elidedStart, hasCuts, nodeOfPath, pathId, pathTo } from './flame-tree.ts';

test('a total is its self part, what was elided and the totals of its children, in place and in sum', () => {
  fc.assert(
    fc.property(anyTree(), (tree) => {
      for (let node = 0; node < tree.length; node++) {
        const below = children(tree, node);
        const sum = below.reduce((total, child) => total + tree.total[child]!, 0);
        expect(tree.total[node]).toBe(tree.self[node]! + tree.elided[node]! + sum);
        expect(elidedStart(tree, node)).toBe(tree.x[node]! + sum);
        for (const child of below) expect(tree.parent[child]).toBe(node);
        const byState = tree.states.reduce((total, state) => total + state.total[node]!, 0);
        expect(byState).toBe(tree.total[node]);
      }
    }),
  );
});

test('a path id leads to the same node in every tree that has it', () => {
  fc.assert(
    fc.property(anyCallTree(), fc.integer({ min: 1, max: 30 }), (source, maxNodes) => {
      const part = answered(source, maxNodes);
      const whole = answered(source, 10_000);
      for (let node = 0; node < part.length; node++) {
        expect(nodeOfPath(part, pathId(part, node))).toBe(node);
        const there = nodeOfPath(whole, pathId(part, node));
        expect(there).toBeDefined();
        const names = (tree: typeof part, at: number) =>
          pathTo(tree, at).map((one) => tree.frames.name[tree.frame[one]!]);
        expect(names(whole, there!)).toEqual(names(part, node));
      }
      expect(nodeOfPath(part, 'ffffffffffffffff')).toBeUndefined();
    }),
  );
});

test('cuts are found at any depth below a node, and nowhere in a whole tree', () => {
  fc.assert(
    fc.property(anyCallTree(), (source) => {
      expect(hasCuts(answered(source, 10_000), 0)).toBe(false);
      const part = answered(source, 2);
      const elided = part.elided.some((weight) => weight > 0);
      expect(hasCuts(part, 0)).toBe(elided);
    }),
  );
});
