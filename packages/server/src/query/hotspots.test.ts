import { type CallTree, callTreeOf, sumStates, threadStates, treeOf } from '@everflame/model';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyProfile } from '../ingest/any-profile.ts';
import { hotspots } from './hotspots.ts';
import { search } from './search.ts';

const columnOf = (tree: CallTree) => sumStates(tree, 'cpu', threadStates);

const pathOf = (tree: CallTree, node: number): string[] =>
  node === 0 ? [] : [...pathOf(tree, tree.parent[node]!), tree.frames.name[tree.frame[node]!]!];

test('rows agree with their slow definition: who is on the path of which self weight', () => {
  fc.assert(
    fc.property(anyProfile, (profile) => {
      const tree = callTreeOf(profile);
      const column = columnOf(tree);
      const slow: Record<string, { self: number; total: number }> = {};
      for (let node = 1; node < tree.length; node++) {
        const path = pathOf(tree, node);
        const self = column.self[node]!;
        if (self === 0) continue;
        for (const name of new Set(path)) {
          slow[name] ??= { self: 0, total: 0 };
          slow[name]!.total += self;
        }
        slow[path.at(-1)!]!.self += self;
      }
      const { rows, frames } = hotspots(tree, column, { sort: 'total', limit: 100, count: 10 });
      const fast = Object.fromEntries(
        rows.map(({ frame, self, total }) => [frame.name, { self, total }]),
      );
      expect(fast).toEqual(slow);
      expect(frames).toBe(rows.length);
      expect(rows.map(({ total }) => total)).toEqual(
        rows.map(({ total }) => total).toSorted((a, b) => b - a),
      );
    }),
  );
});

test('a search counts what lies under any match, once', () => {
  fc.assert(
    fc.property(anyProfile, fc.constantFrom('f1', 'f', 'F2', 'zzz'), (profile, q) => {
      const tree = callTreeOf(profile);
      const column = columnOf(tree);
      let under = 0;
      let whole = 0;
      for (let node = 0; node < tree.length; node++) {
        const matches = pathOf(tree, node).some((name) => `${name} f.go`.includes(q.toLowerCase()));
        whole += column.self[node]!;
        if (matches) under += column.self[node]!;
      }
      const answer = search(tree, column, { q, limit: 10 });
      expect(answer.share).toBeCloseTo(whole === 0 ? 0 : under / whole, 12);
    }),
  );
});

test('a share has an interval that its observations allow', () => {
  const tree = treeOf('main   main\nparse  render', { weights: [30, 10] });
  const { rows } = hotspots(tree, columnOf(tree), { sort: 'self', limit: 1, count: 40 });
  const [share, low, high] = rows[0]!.selfShare;
  expect(rows[0]!.frame.name).toBe('parse');
  expect(share).toBe(0.75);
  expect(low).toBeGreaterThan(0.55);
  expect(high).toBeLessThan(0.9);
});

test('rows are found by a part of their name', () => {
  const tree = treeOf('main   main\nparse  render');
  const found = hotspots(tree, columnOf(tree), { sort: 'self', limit: 9, q: 'REND', count: 2 });
  expect(found.rows.map(({ frame }) => frame.name)).toEqual(['render']);
});
