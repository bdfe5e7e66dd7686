import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type HeapPace, MOST_PER_SECOND, nextPace } from './heap-pace.ts';

const FINEST = 512 << 10;
const start: HeapPace = { intervalBytes: FINEST, calmPeriods: 0 };

/** Intervals after each period that allocated so much a second. */
function intervals(rates: readonly number[], from = start, finest = FINEST): number[] {
  let pace = from;
  return rates.map((rate) => {
    pace = nextPace(pace, rate, finest);
    return pace.intervalBytes;
  });
}

const MB = 1e6;
const periods = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

test('1.8 GB/s are sampled 8 MiB apart, 215 times a second; 100 MB/s as finely as was asked for', () => {
  expect(intervals(periods(3, 1800 * MB))).toEqual(periods(3, 8 << 20));
  expect(intervals(periods(30, 100 * MB))).toEqual(periods(30, FINEST));
});

test('a burst is over for ten periods before the interval is finer again, step by step', () => {
  const after = intervals([1800 * MB, ...periods(25, MB)]);
  expect(after.indexOf(2 << 20)).toBe(10);
  expect(after.indexOf(FINEST)).toBe(20);
  const restless = Array.from({ length: 100 }, (_, nth) => (nth % 10 === 0 ? 1800 * MB : MB));
  expect(new Set(intervals(restless))).toEqual(new Set([8 << 20]));
});

const rate = fc.double({ min: 0, max: 1e11, noNaN: true });
const finest = fc.integer({ min: 1, max: 64 << 20 });

test('whatever is allocated, what is sampled a second is bounded from the next period on', () => {
  fc.assert(
    fc.property(fc.array(rate), rate, finest, (before, last, finestBytes) => {
      const first = { intervalBytes: finestBytes, calmPeriods: 0 };
      const bytes = intervals([...before, last], first, finestBytes).at(-1)!;
      expect(bytes).toBeGreaterThanOrEqual(finestBytes);
      expect(Number.isInteger(Math.log2(bytes / finestBytes) / 2)).toBe(true);
      if (bytes < 2 ** 30) expect(last / bytes).toBeLessThanOrEqual(MOST_PER_SECOND);
    }),
  );
});

test('a rate that stays within a factor of two changes the interval at most once after the first period', () => {
  const around = fc.tuple(
    rate,
    fc.array(fc.double({ min: 1, max: 2, noNaN: true }), { minLength: 60 }),
  );
  fc.assert(
    fc.property(around, ([base, factors]) => {
      const seen = intervals(factors.map((factor) => base * factor));
      const changes = seen.filter((bytes, nth) => nth > 0 && bytes !== seen[nth - 1]).length;
      expect(changes).toBeLessThanOrEqual(1);
      expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    }),
  );
});
