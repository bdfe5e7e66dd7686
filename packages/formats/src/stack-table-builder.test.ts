import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultLimits } from './format.ts';
import { problemOf } from './format-contract.ts';
import { StackTableBuilder } from './stack-table-builder.ts';

/** Few frames make deep trees, many make wide ones: a row then has children beyond its list. */
const stacks = fc
  .constantFrom(2, 5, 40)
  .chain((frames) =>
    fc.array(
      fc.array(fc.tuple(fc.integer({ min: 1, max: frames }), fc.nat(2)), { maxLength: 12 }),
      { maxLength: 400 },
    ),
  );

test('rows are those of a map of paths', () => {
  fc.assert(
    fc.property(stacks, (paths) => {
      const builder = new StackTableBuilder(defaultLimits);
      const slow = new Map<string, number>([['', 0]]);
      for (const path of paths) {
        let row = 0;
        let key = '';
        for (const [frame, line] of path) {
          key += ` ${frame}:${line}`;
          if (!slow.has(key)) slow.set(key, slow.size);
          row = builder.child(row, builder.site(frame, line));
          expect(row).toBe(slow.get(key));
        }
      }
      const table = builder.build();
      const keys = [''];
      for (let row = 1; row < table.length; row++) {
        keys[row] = `${keys[table.parent[row]!]} ${table.frame[row]}:${table.line[row]}`;
      }
      expect(keys).toEqual([...slow.keys()]);
    }),
    { numRuns: 60 },
  );
});

test('a line may be any unsigned 32-bit number', () => {
  const builder = new StackTableBuilder(defaultLimits);
  builder.child(0, builder.site(1, 2 ** 32 - 1));
  expect([...builder.build().line]).toEqual([0, 2 ** 32 - 1]);
});

test('a deep stack is a problem, as are too many', () => {
  const builder = new StackTableBuilder({ ...defaultLimits, depth: 2, nodes: 3 });
  let row = 0;
  for (let depth = 0; depth < 3; depth++) row = builder.child(row, builder.site(1, 0));
  expect(problemOf(() => builder.build())).toBe('stack-too-deep');
  expect(problemOf(() => builder.child(row, builder.site(1, 0)))).toBe('too-many-nodes');
});
