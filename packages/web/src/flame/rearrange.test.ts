import fc from 'fast-check';
import { expect, test } from 'vitest';
import { answered, anyCallTree, anyTree, weightsByPath } from './any-tree.ts';
import { children, nodeOfPath, pathId } from './flame-tree.ts';
import { ordered, spliced } from './rearrange.ts';

test('another order changes places and nothing else', () => {
  fc.assert(
    fc.property(anyTree(), (tree) => {
      const byName = ordered(tree, 'name');
      expect(weightsByPath(byName)).toEqual(weightsByPath(tree));
      for (let node = 0; node < byName.length; node++) {
        const names = children(byName, node).map((at) => byName.frames.name[byName.frame[at]!]!);
        expect(names).toEqual(names.toSorted());
      }
      const heavy = ordered(byName, 'heavy');
      expect(heavy.isHeavyFirst).toBe(true);
      expect(weightsByPath(heavy)).toEqual(weightsByPath(tree));
    }),
  );
});

test('filling in every cut, one after the other, gives the tree that was never cut', () => {
  fc.assert(
    fc.property(anyCallTree(), fc.integer({ min: 2, max: 12 }), (source, maxNodes) => {
      let tree = answered(source, maxNodes);
      const isCut = (_: number, node: number) => node > 0 && tree.source.elidedNodes[node]! > 0;
      for (let node = tree.frame.findIndex(isCut); node > 0; node = tree.frame.findIndex(isCut))
        tree = spliced(tree, node, answered(source, 10_000, pathId(tree, node)));
      const filled = weightsByPath(tree);
      const whole = weightsByPath(answered(source, 10_000));
      for (const [path, [self, elided, total]] of filled) {
        expect(total).toBe(whole.get(path)?.[2]);
        expect(self).toBe(whole.get(path)?.[0]);
        // Only what was cut from the root itself is still missing.
        if (path !== '') expect(elided).toBe(0);
      }
    }),
  );
});

test('a filled-in node keeps its identity, and its new callees have theirs', () => {
  fc.assert(
    fc.property(anyCallTree(), (source) => {
      const part = answered(source, 3);
      const whole = answered(source, 10_000);
      for (let node = 1; node < part.length; node++) {
        const id = pathId(part, node);
        const tree = spliced(part, node, answered(source, 10_000, id));
        expect(nodeOfPath(tree, id)).toBe(node);
        for (let at = 0; at < tree.length; at++)
          expect(nodeOfPath(whole, pathId(tree, at))).toBeDefined();
      }
    }),
    { numRuns: 50 },
  );
});
