import { high, low } from '@everflame/model';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HashIndex, halvesOf } from './hash-index.ts';

/** Few distinct halves, so that probes meet. */
const anyHalf = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 2 ** 32 - 1 }));

test('numbers are those that a Map would give out', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(anyHalf, anyHalf), { maxLength: 200 }), (hashes) => {
      const index = new HashIndex();
      const slow = new Map<string, number>();
      for (const [lo, hi] of hashes) {
        const key = `${lo} ${hi}`;
        expect(index.find(lo, hi)).toBe(slow.get(key) ?? -1);
        if (!slow.has(key)) slow.set(key, index.insert(lo, hi));
      }
      expect([...slow.values()]).toEqual([...slow.keys()].map((_, number) => number));
      for (const [key, number] of slow) {
        const [lo = '', hi = ''] = key.split(' ');
        expect(index.hash(number)).toBe((BigInt(hi) << 32n) | BigInt(lo));
      }
    }),
  );
});

test('an index that grew finds everything, and nothing under numbers that were skipped', () => {
  const index = new HashIndex();
  const count = 20_000;
  for (let number = 0; number < count; number++) {
    if (number % 3 === 0) index.skip();
    else index.insert(Math.imul(number, 0x9e3779b1) >>> 0, number);
  }
  for (let number = 0; number < count; number++) {
    const found = index.find(Math.imul(number, 0x9e3779b1) >>> 0, number);
    expect(found).toBe(number % 3 === 0 ? -1 : number);
  }
});

test('halves are those of the 64-bit value', () => {
  const halves = halvesOf(BigUint64Array.of(0x1122334455667788n));
  expect([halves[low], halves[high]]).toEqual([0x55667788, 0x11223344]);
});
