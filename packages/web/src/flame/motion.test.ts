import fc from 'fast-check';
import { expect, test } from 'vitest';
import { between, panned, zoomedAround } from './motion.ts';

const anyStretch = () =>
  fc
    .tuple(fc.integer({ min: 0, max: 900 }), fc.integer({ min: 1, max: 100 }))
    .map(([from, width]) => ({ from, to: from + width }));

test('no movement leaves the whole', () => {
  fc.assert(
    fc.property(
      anyStretch(),
      fc.double({ min: -5000, max: 5000, noNaN: true }),
      fc.double({ min: 0.01, max: 50, noNaN: true }),
      (stretch, by, factor) => {
        for (const moved of [
          panned(stretch, by, 1000),
          zoomedAround(stretch, stretch.from + 0.5, factor, 1000),
        ]) {
          expect(moved.from).toBeGreaterThanOrEqual(0);
          expect(moved.to).toBeLessThanOrEqual(1000.000001);
          expect(moved.to).toBeGreaterThan(moved.from);
        }
      },
    ),
  );
});

test('looking closer keeps what is under the pointer under the pointer', () => {
  fc.assert(
    fc.property(anyStretch(), fc.double({ min: 0.1, max: 1, noNaN: true }), (stretch, factor) => {
      const at = (stretch.from + stretch.to) / 2;
      const closer = zoomedAround(stretch, at, factor, 1000);
      const share = (at - closer.from) / (closer.to - closer.from);
      expect(share).toBeCloseTo(0.5, 6);
    }),
  );
});

test('a movement begins where it was and ends where it goes', () => {
  const [a, b] = [
    { from: 0, to: 100 },
    { from: 40, to: 50 },
  ];
  expect(between(a, b, 0)).toEqual(a);
  expect(between(a, b, 1)).toEqual(b);
});
