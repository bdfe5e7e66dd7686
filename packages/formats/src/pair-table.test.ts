import fc from 'fast-check';
import { expect, test } from 'vitest';
import { problemOf } from './format-contract.ts';
import { PairTable } from './pair-table.ts';

const integer = fc.oneof(fc.integer({ min: -3, max: 40 }), fc.integer());

test('rows are those of a map of joined keys', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(integer, integer), { maxLength: 3000 }), (pairs) => {
      const table = new PairTable(10_000);
      const slow = new Map<string, number>();
      for (const [first, second] of pairs) {
        const key = `${first} ${second}`;
        if (!slow.has(key)) slow.set(key, slow.size + 1);
        expect(table.row(first, second)).toBe(slow.get(key));
      }
      expect(table.length).toBe(slow.size + 1);
      const { first, second } = table.columns();
      expect([...slow.keys()]).toEqual(
        [...first].slice(1).map((key, row) => `${key} ${second[row + 1]}`),
      );
    }),
    { numRuns: 60 },
  );
});

test('more rows than allowed are a problem', () => {
  const table = new PairTable(2);
  table.row(1, 1);
  table.row(1, 2);
  table.row(1, 1);
  expect(problemOf(() => table.row(2, 1))).toBe('too-many-nodes');
});
