import fc from 'fast-check';
import { expect, test } from 'vitest';
import { spreadIdleCpu } from './idle-cpu.ts';
import type { SampledProfile } from './sampled-profile.ts';

type Row = readonly [name: string, cpu: number];

/** A profile with one sample per row and the columns samples, wall, cpu. */
function profileOf(rows: readonly Row[]): SampledProfile {
  const strings = ['sample', 'wall', 'cpu', ...rows.map(([name]) => name)];
  return {
    sampleType: [{ type: 0 }, { type: 1 }, { type: 2 }],
    sample: rows.map(([, cpu], row) => ({ locationId: [row + 1], value: [1, 100, cpu] })),
    location: rows.map((_, row) => ({ id: row + 1, line: [{ functionId: row + 1 }] })),
    function: rows.map((_, row) => ({ id: row + 1, name: row + 3 })),
    stringTable: { strings, dedup: (text) => strings.push(text) - 1 },
    durationNanos: 0,
    period: 0,
  };
}

function spread(rows: readonly Row[]): Row[] {
  const profile = profileOf(rows);
  spreadIdleCpu(profile);
  return rows.map(([name], row) => [name, Number(profile.sample[row]!.value[2])]);
}

test('CPU time found on idling goes to the working stacks in proportion', () => {
  expect(
    spread([
      ['parse', 30],
      ['(idle)', 80],
      ['render', 10],
      ['Non JS threads activity', 7],
    ]),
  ).toEqual([
    ['parse', 90],
    ['(idle)', 0],
    ['render', 30],
    ['Non JS threads activity', 7],
  ]);
});

test('where nothing was found working, nothing moves', () => {
  const rows: Row[] = [
    ['(idle)', 80],
    ['Non JS threads activity', 7],
  ];
  expect(spread(rows)).toEqual(rows);
});

test('no nanosecond is lost or made, and nobody loses', () => {
  const name = fc.constantFrom('(idle)', 'Non JS threads activity', 'parse', 'render');
  const rows = fc.array(fc.tuple(name, fc.integer({ min: 0, max: 1e10 })), { maxLength: 30 });
  fc.assert(
    fc.property(rows, (before) => {
      const after = spread(before);
      const sum = (of: readonly Row[]) => of.reduce((total, [, cpu]) => total + cpu, 0);
      expect(sum(after)).toBe(sum(before));
      after.forEach(([what, cpu], row) => {
        if (what !== '(idle)') expect(cpu).toBeGreaterThanOrEqual(before[row]![1]);
      });
    }),
  );
});
