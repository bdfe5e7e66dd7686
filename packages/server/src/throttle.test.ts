import { expect, test } from 'vitest';
import { Throttle } from './throttle.ts';

const quotas = {
  uploads: { perSecond: 2, burst: 3 },
  others: { perSecond: 10, burst: 10 },
};

function underTest() {
  const clock = { ms: 1000 };
  const throttle = new Throttle(quotas, () => clock.ms);
  /** How many of `wanted` requests at once are let in. */
  const taken = (kind: 'uploads' | 'others', wanted: number, caller?: string) => {
    let count = 0;
    for (let request = 0; request < wanted; request++) {
      try {
        throttle.take(kind, { caller, address: '127.0.0.1' });
        count++;
      } catch (error) {
        expect(error).toMatchObject({ code: 'too-many-requests' });
      }
    }
    return count;
  };
  return { clock, taken };
}

test('a caller may burst, then has the rate, and after a rest the burst again', () => {
  const { clock, taken } = underTest();
  expect(taken('uploads', 10)).toBe(3);
  clock.ms += 1000;
  expect(taken('uploads', 10)).toBe(2);
  clock.ms += 250;
  expect(taken('uploads', 1)).toBe(0);
  clock.ms += 250;
  expect(taken('uploads', 2)).toBe(1);
  clock.ms += 3_600_000;
  expect(taken('uploads', 10)).toBe(3);
});

test('asking while there is nothing left costs nothing', () => {
  const { clock, taken } = underTest();
  taken('uploads', 100);
  clock.ms += 500;
  expect(taken('uploads', 1)).toBe(1);
});

test('callers have quotas of their own, and so have uploads and all else', () => {
  const { taken } = underTest();
  expect(taken('uploads', 10)).toBe(3);
  expect(taken('uploads', 10, 'key')).toBe(3);
  // A key that is called like an address is another caller.
  expect(taken('uploads', 10, '127.0.0.1')).toBe(3);
  expect(taken('others', 20)).toBe(10);
});

test('of very many callers those seen last are remembered', () => {
  const { taken } = underTest();
  taken('uploads', 3, 'first');
  for (let other = 0; other < 9_990; other++) taken('uploads', 1, `other ${other}`);
  expect(taken('uploads', 1, 'first')).toBe(0);
  for (let other = 0; other < 10_000; other++) taken('uploads', 1, `later ${other}`);
  expect(taken('uploads', 1, 'first')).toBe(1);
});
