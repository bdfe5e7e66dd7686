import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wilson } from './index.ts';

test('agrees with published values', () => {
  const [low, high] = wilson(0.5, 100);
  expect(low).toBeCloseTo(0.4038, 4);
  expect(high).toBeCloseTo(0.5962, 4);
  expect(wilson(0, 10)[1]).toBeCloseTo(0.2775, 4);
});

test('holds the share, stays within 0 and 1, and narrows with more observations', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 1, max: 1e9 }),
      (p, n) => {
        const [low, high] = wilson(p, n);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(low).toBeLessThanOrEqual(p);
        expect(high).toBeGreaterThanOrEqual(p);
        expect(high).toBeLessThanOrEqual(1);
        const [narrowLow, narrowHigh] = wilson(p, n * 4);
        expect(narrowHigh - narrowLow).toBeLessThan(high - low);
      },
    ),
  );
});

test('is the slow definition: the shares that n observations do not rule out', () => {
  const z = 1.959963984540054;
  for (const [p, n] of [
    [0.1, 20],
    [0.9, 7],
    [0.003, 5000],
  ] as const) {
    for (const bound of wilson(p, n)) {
      expect((p - bound) ** 2).toBeCloseTo((z * z * bound * (1 - bound)) / n, 12);
    }
  }
});

test('nothing seen says nothing, and no input gives NaN', () => {
  expect(wilson(0.3, 0)).toEqual([0, 1]);
  for (const p of [Number.NaN, -1, 2, Number.POSITIVE_INFINITY]) {
    for (const n of [Number.NaN, -1, 0, 5, Number.POSITIVE_INFINITY]) {
      expect(wilson(p, n).every((x) => x >= 0 && x <= 1)).toBe(true);
    }
  }
});
