import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tierMs } from '../profile-store.ts';
import { planned, plannedSeries, type TierStates } from './plan.ts';

const { PT5M: minutes5, PT1H: hour, P1D: day } = tierMs;
const midnight = Date.UTC(2026, 5, 10);

/** As maintenance leaves them: what a tier dropped, the next coarser one had by then. */
const anyStates = fc
  .record({
    rolledHours: fc.integer({ min: 0, max: 100 }),
    openDays: fc.integer({ min: 0, max: 1 }),
    dropped: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 2, maxLength: 2 }),
  })
  .map(({ rolledHours, openDays, dropped }): TierStates => {
    const hours = midnight + rolledHours * hour;
    const days = hours - (hours % day) - openDays * day;
    const [first = 0, second = 0] = dropped;
    return {
      PT5M: { rolledUntil: 0, keptFrom: days - first * day },
      PT1H: { rolledUntil: hours, keptFrom: days - (first + second) * day },
      P1D: { rolledUntil: days, keptFrom: 0 },
    };
  });

const anyRange = fc
  .tuple(fc.integer({ min: -3 * day, max: 5 * day }), fc.integer({ min: 1, max: 5 * day }))
  .map(([start, length]) => ({ fromMs: midnight + start, toMs: midnight + start + length }));

test('every moment of a range is read once beside the hot rows, from a tier that has it', () => {
  fc.assert(
    fc.property(anyRange, anyStates, (range, states) => {
      const plan = planned(range, states);
      expect(plan.fromMs).toBeLessThanOrEqual(range.fromMs);
      expect(plan.toMs).toBeGreaterThanOrEqual(range.toMs);
      const [hot, ...others] = [...plan.segments].reverse();
      expect(hot).toEqual({ level: 'hot', fromMs: plan.fromMs, toMs: plan.toMs });
      let at = plan.fromMs;
      for (const { level, fromMs, toMs } of others.reverse()) {
        expect(fromMs).toBe(at);
        expect(toMs).toBeGreaterThan(fromMs);
        at = toMs;
        if (level === 'hot') throw new Error('Hot rows are read once.');
        expect([fromMs % tierMs[level], toMs % tierMs[level]]).toEqual([0, 0]);
        expect(fromMs).toBeGreaterThanOrEqual(states[level].keptFrom);
        if (level !== 'PT5M') expect(toMs).toBeLessThanOrEqual(states[level].rolledUntil);
      }
      expect(at).toBe(plan.toMs);
    }),
  );
});

test('a week that ends now is read from days, hours at its edges, and minutes at their edges', () => {
  const hours = midnight + 7 * day + 10 * hour;
  const states = {
    PT5M: { rolledUntil: 0, keptFrom: 0 },
    PT1H: { rolledUntil: hours, keptFrom: 0 },
    P1D: { rolledUntil: midnight + 7 * day, keptFrom: 0 },
  };
  const range = { fromMs: midnight + 10.5 * hour, toMs: hours + 7 * 60_000 };
  expect(planned(range, states)).toEqual({
    fromMs: midnight + 10.5 * hour,
    toMs: hours + 2 * minutes5,
    tier: 'P1D',
    segments: [
      { level: 'PT5M', fromMs: midnight + 10.5 * hour, toMs: midnight + 11 * hour },
      { level: 'PT1H', fromMs: midnight + 11 * hour, toMs: midnight + day },
      { level: 'P1D', fromMs: midnight + day, toMs: midnight + 7 * day },
      { level: 'PT1H', fromMs: midnight + 7 * day, toMs: hours },
      { level: 'PT5M', fromMs: hours, toMs: hours + 2 * minutes5 },
      { level: 'hot', fromMs: midnight + 10.5 * hour, toMs: hours + 2 * minutes5 },
    ],
  });
  expect(plannedSeries(range, 'PT1H', states).segments).toEqual([
    { level: 'PT1H', fromMs: midnight + 10 * hour, toMs: hours },
    { level: 'PT5M', fromMs: hours, toMs: hours + hour },
    { level: 'hot', fromMs: midnight + 10 * hour, toMs: hours + hour },
  ]);
});
