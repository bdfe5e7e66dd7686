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
      const keys = [...slow.values()].map((row) => `${table.first(row)} ${table.second(row)}`);
      expect(keys).toEqual([...slow.keys()]);
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

test('pairs chosen so that a hash without a seed puts all into one slot are like any others', () => {
  // The inverse of the second factor modulo 2^32, so that a second number can be had for each first one.
  let inverse = 1;
  for (let i = 0; i < 6; i++) inverse = Math.imul(inverse, 2 - Math.imul(0x85ebca77, inverse));
  const table = new PairTable(100_000);
  const before = performance.now();
  for (let first = 1; first <= 100_000; first++) {
    table.row(first, Math.imul(inverse, Math.imul(first, 0x9e3779b1)));
  }
  expect(table.length).toBe(100_001);
  expect(performance.now() - before).toBeLessThan(10_000);
});

test('lines of one frame, chosen for neighbouring slots of a hash whose seed moves all alike, are like any others', () => {
  let inverse = 1;
  for (let i = 0; i < 6; i++) inverse = Math.imul(inverse, 2 - Math.imul(0x85ebca77, inverse));
  const rows = 200_000;
  const slotBits = 20;
  const table = new PairTable(rows);
  const before = performance.now();
  for (let row = 0; row < rows; row++) {
    // Few low bits, all high ones.
    const wanted = (row << slotBits) | (row >>> (32 - slotBits)) | 0;
    let shifted = wanted;
    for (let i = 0; i < 3; i++) shifted = wanted ^ (shifted >>> 15);
    table.row(1, Math.imul(shifted, inverse));
  }
  expect(table.length).toBe(rows + 1);
  expect(performance.now() - before).toBeLessThan(10_000);
});

test.each([1, 3, 2 ** 8, 2 ** 16, 2 ** 20, 2 ** 24, -7])(
  'pairs with numbers %i apart, in both places, are like any others',
  (apart) => {
    const rows = 200_000;
    const table = new PairTable(2 * rows);
    const before = performance.now();
    for (let row = 1; row <= rows; row++) {
      table.row(row, Math.imul(row, apart));
      table.row(Math.imul(row, apart), 5);
    }
    expect(performance.now() - before).toBeLessThan(10_000);
  },
);
