import fc from 'fast-check';
import { Profile, StringTable } from 'pprof-format';
import { expect, test } from 'vitest';
import { spreadIdleCpu } from './idle-cpu.ts';
import { leafName, type SampledProfile } from './sampled-profile.ts';

type Row = readonly [name: string, cpu: number];

/** A profile with one sample per row and the columns samples, wall, cpu. */
function profileOf(rows: readonly Row[]): Profile {
  const stringTable = new StringTable();
  return new Profile({
    sampleType: ['sample', 'wall', 'cpu'].map((type) => ({ type: stringTable.dedup(type) })),
    sample: rows.map(([, cpu], row) => ({ locationId: [row + 1], value: [1, 100, cpu] })),
    location: rows.map((_, row) => ({ id: row + 1, line: [{ functionId: row + 1 }] })),
    function: rows.map(([name], row) => ({ id: row + 1, name: stringTable.dedup(name) })),
    stringTable,
  });
}

const spread = (rows: readonly Row[]): Row[] => {
  const profile = profileOf(rows);
  spreadIdleCpu(profile);
  return rowsOf(profile);
};

const rowsOf = (profile: SampledProfile): Row[] =>
  profile.sample.map((stack) => [leafName(profile, stack), Number(stack.value[2])]);

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

test('where nothing was found working, it was work between the samples', () => {
  const rows: Row[] = [
    ['(idle)', 80],
    ['Non JS threads activity', 7],
  ];
  expect(spread(rows)).toEqual([
    ['(idle)', 0],
    ['Non JS threads activity', 7],
    ['(between samples)', 80],
  ]);
});

test('where idling took no CPU time, no frame is made for it', () => {
  expect(spread([['(idle)', 0]])).toEqual([['(idle)', 0]]);
});

test('samples that found the thread idle stay idle, and what is added can be encoded', () => {
  const made = profileOf([['(idle)', 80]]);
  spreadIdleCpu(made);
  const read = Profile.decode(made.encode());
  expect(read.sample.map(({ value }) => value.map(Number))).toEqual([
    [1, 100, 0],
    [0, 0, 80],
  ]);
  expect(rowsOf(read).map(([name]) => name)).toEqual(['(idle)', '(between samples)']);
});

test('no nanosecond is lost or made, and nobody loses', () => {
  const name = fc.constantFrom('(idle)', 'Non JS threads activity', 'parse', 'render');
  const rows = fc.array(fc.tuple(name, fc.integer({ min: 0, max: 1e10 })), { maxLength: 30 });
  fc.assert(
    fc.property(rows, (before) => {
      const after = spread(before);
      const sum = (of: readonly Row[]) => of.reduce((total, [, cpu]) => total + cpu, 0);
      expect(sum(after)).toBe(sum(before));
      before.forEach(([what, cpu], row) => {
        if (what === '(idle)') expect(after[row]![1]).toBe(0);
        else expect(after[row]![1]).toBeGreaterThanOrEqual(cpu);
      });
    }),
  );
});
