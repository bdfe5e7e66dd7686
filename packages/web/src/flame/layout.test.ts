import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyTree } from './any-tree.ts';
import type { FlameTree } from './flame-tree.ts';
import { emptyLayout, layOut, type Rectangles, type Viewport } from './layout.ts';
import { ordered } from './rearrange.ts';

type Rectangle = readonly [node: number, left: number, right: number, top: number];

const listed = ({ length, node, left, right, top }: Rectangles): Rectangle[] =>
  Array.from({ length }, (_, i) => [node[i]!, left[i]!, right[i]!, top[i]!]);

const clipped = (at: number, width: number) => Math.round(Math.min(width, Math.max(0, at)));

/** What is a box, the slow and obvious way: look at every node. */
function slowBoxes(tree: FlameTree, view: Viewport): Rectangle[] {
  const scale = view.width / (view.to - view.from);
  return Array.from({ length: tree.length }, (_, node) => node).flatMap((node): Rectangle[] => {
    const top = tree.depth[node]! * view.rowHeight - view.scrollTop;
    const left = (tree.x[node]! - view.from) * scale;
    const right = left + tree.total[node]! * scale;
    const isWide = tree.total[node]! >= 1 / scale || node === 0;
    const isSeen = top > -view.rowHeight && top < view.height && right > 0 && left < view.width;
    return isWide && isSeen
      ? [[node, clipped(left, view.width), clipped(right, view.width), top]]
      : [];
  });
}

const anyPicture = () =>
  fc
    .tuple(
      anyTree().filter((tree) => tree.total[0]! > 0),
      fc.constantFrom('heavy', 'name'),
      fc.record({
        at: fc.double({ min: 0, max: 0.9, noNaN: true }),
        share: fc.double({ min: 0.05, max: 1, noNaN: true }),
        width: fc.integer({ min: 1, max: 300 }),
        height: fc.integer({ min: 1, max: 120 }),
        scrollTop: fc.nat(60),
      }),
    )
    .map(([tree, order, { at, share, ...size }]) => {
      const from = tree.total[0]! * at;
      const to = Math.min(tree.total[0]!, from + tree.total[0]! * share);
      return { tree: ordered(tree, order), view: { from, to, rowHeight: 18, ...size } };
    });

test('the boxes of any part of any tree, in any order, are those of looking at every node', () => {
  const reused = emptyLayout();
  fc.assert(
    fc.property(anyPicture(), ({ tree, view }) => {
      const { boxes, visited } = layOut(tree, view, reused);
      expect(listed(boxes)).toEqual(slowBoxes(tree, view));
      expect(visited).toBeLessThanOrEqual(tree.length);
    }),
    { numRuns: 500 },
  );
});

test('what is too narrow for a box lies under dust, unless it rounds to nothing', () => {
  fc.assert(
    fc.property(anyPicture(), ({ tree, view }) => {
      const layout = layOut(tree, view, emptyLayout());
      const boxes = new Set(listed(layout.boxes).map(([node]) => node));
      const dust = listed(layout.dust);
      const scale = view.width / (view.to - view.from);
      for (let node = 1; node < tree.length; node++) {
        if (boxes.has(node) || !boxes.has(tree.parent[node]!)) continue;
        const top = tree.depth[node]! * view.rowHeight - view.scrollTop;
        const left = (tree.x[node]! - view.from) * scale;
        const right = left + tree.total[node]! * scale;
        const isSeen = top < view.height && top > -view.rowHeight && right > 0 && left < view.width;
        const [from, to] = [clipped(left, view.width), clipped(right, view.width)];
        if (!isSeen || from === to) continue;
        const covers = (rectangle: Rectangle) =>
          rectangle[3] === top && rectangle[1] <= from && rectangle[2] >= to;
        expect(dust.some(covers)).toBe(true);
      }
    }),
  );
});

test('callees that were cut off are hatched below their caller, right of the callees that were kept', () => {
  fc.assert(
    fc.property(anyPicture(), ({ tree, view }) => {
      const { boxes, elided } = layOut(tree, view, emptyLayout());
      const right = new Map(listed(boxes).map(([node, , edge]) => [node, edge]));
      for (const [node, from, to, top] of listed(elided)) {
        expect(tree.elided[node]).toBeGreaterThan(0);
        expect(from).toBeLessThan(to);
        expect(to).toBeLessThanOrEqual(right.get(node) ?? view.width);
        expect(top).toBe((tree.depth[node]! + 1) * view.rowHeight - view.scrollTop);
      }
    }),
  );
});

test('a tree of many siblings costs no more than what is seen of it', () => {
  const depth = Uint32Array.from({ length: 100_001 }, (_, i) => (i === 0 ? 0 : 1));
  const total = Float64Array.from(depth, (d) => (d === 0 ? 100_000 : 1));
  const tree = {
    length: depth.length,
    depth,
    total,
    parent: Int32Array.from(depth, (d) => d - 1),
    size: Uint32Array.from(depth, (d) => (d === 0 ? depth.length : 1)),
    self: new Float64Array(depth.length),
    elided: new Float64Array(depth.length),
    x: Float64Array.from(depth, (_, i) => Math.max(0, i - 1)),
    isHeavyFirst: true,
  } as unknown as FlameTree;
  const view = { from: 0, to: 100_000, width: 1000, height: 500, rowHeight: 18, scrollTop: 0 };
  expect(layOut(tree, view, emptyLayout()).visited).toBe(2);
});
