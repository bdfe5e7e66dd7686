import fc from 'fast-check';
import { Profile, StringTable } from 'pprof-format';
import { expect, test } from 'vitest';
import { spreadIdleCpu } from './idle-cpu.ts';
import { leafName, type SampledProfile } from './sampled-profile.ts';

type Row = readonly [name: string, cpu: number, hits?: number];

/** A profile with one sample per row and the columns samples, wall, cpu. */
function profileOf(rows: readonly Row[]): Profile {
  const stringTable = new StringTable();
  return new Profile({
    sampleType: ['sample', 'wall', 'cpu'].map((type) => ({ type: stringTable.dedup(type) })),
    sample: rows.map(([, cpu, hits = 1], row) => ({
      locationId: [row + 1],
      value: [hits, 100 * hits, cpu],
    })),
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

test('CPU time of bursts goes by how often a stack was found working', () => {
  expect(
    spread([
      ['parse', 30, 3],
      ['(idle)', 80, 20],
      ['render', 10, 1],
      ['Non JS threads activity', 7],
    ]),
  ).toEqual([
    ['parse', 90],
    ['(idle)', 0],
    ['render', 30],
    ['Non JS threads activity', 7],
  ]);
});

test('work without a pause keeps what was measured', () => {
  const rows: Row[] = [
    ['parse', 900, 10],
    ['render', 300, 10],
  ];
  expect(spread([...rows, ['(idle)', 0, 3]])).toEqual([
    ['parse', 900],
    ['render', 300],
    ['(idle)', 0],
  ]);
});

test('a call that waits inside itself takes no CPU time for being found often', () => {
  expect(
    spread([
      ['execFileSync', 2, 100],
      ['parse', 500, 10],
      ['(idle)', 498, 200],
    ]),
  ).toEqual([
    ['execFileSync', 0],
    ['parse', 1000],
    ['(idle)', 0],
  ]);
});

/** The sampler's rule on a program that computes `first`, then `second`, then rests, again and again. */
function sampledBursts(first: number, second: number, random: () => number): Row[] {
  const interval = 100;
  const found = { first: [0, 0], second: [0, 0], '(idle)': [0, 0] };
  let now = 0;
  let next = random() * interval;
  let unbooked = 0;
  const spend = (name: keyof typeof found, ms: number) => {
    const end = now + ms;
    for (; next < end; next += interval * (0.9 + 0.2 * random())) {
      unbooked += name === '(idle)' ? 0 : next - now;
      now = next;
      found[name][0]! += Math.round(unbooked * 1e6);
      found[name][1]!++;
      unbooked = 0;
    }
    unbooked += name === '(idle)' ? 0 : end - now;
    now = end;
  };
  for (let burst = 0; burst < 20_000; burst++) {
    spend('first', first);
    spend('second', second);
    spend('(idle)', 100 + 300 * random());
  }
  return Object.entries(found).map(([name, [cpu, hits]]) => [name, cpu!, hits!] as const);
}

test.each([
  [15, 5],
  [75, 25],
  [90, 30],
  [30, 90],
  [300, 100],
  [100, 300],
  [3000, 1000],
])('of bursts of %d ms and then %d ms, both are seen as what they are', (first, second) => {
  const spent = Object.fromEntries(spread(sampledBursts(first, second, seeded())));
  const share = spent.first! / (spent.first! + spent.second!);
  expect(Math.abs(share - first / (first + second))).toBeLessThan(0.03);
});

/** Mulberry32, so that a failure can be seen again. */
function seeded(): () => number {
  let state = 0x2545f491;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

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

test('no nanosecond is lost or made', () => {
  const name = fc.constantFrom('(idle)', 'Non JS threads activity', 'parse', 'render');
  const rows = fc.array(
    fc.tuple(name, fc.integer({ min: 0, max: 1e10 }), fc.integer({ min: 1, max: 600 })),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(rows, (before) => {
      const after = spread(before);
      const sum = (of: readonly Row[]) => of.reduce((total, [, cpu]) => total + cpu, 0);
      expect(sum(after)).toBe(sum(before));
      before.forEach(([what, cpu], row) => {
        if (what === '(idle)') expect(after[row]![1]).toBe(0);
        else expect(after[row]![1]).toBeGreaterThanOrEqual(0);
        if (what === 'Non JS threads activity') expect(after[row]![1]).toBe(cpu);
      });
    }),
  );
});
