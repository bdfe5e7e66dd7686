import { expect, test } from 'vitest';
import { nearestWithProfiles, withProfiles } from './nearest-range.ts';

const hour = 3_600_000;
const timeline = (profiles: number[]) => ({
  measure: 'cpu',
  unit: 'ns' as const,
  tier: 'PT1H' as const,
  stepMs: hour,
  t: profiles.map((_, i) => i * hour),
  states: {},
  count: profiles,
  profiles,
  coveredMs: profiles.map((n) => n && hour),
});

test('the nearest bucket with profiles is offered, whichever side it lies on', () => {
  const range = { fromMs: 5 * hour, toMs: 6 * hour };
  expect(nearestWithProfiles(timeline([1, 0, 0, 0, 0, 0, 0, 3]), range)).toEqual({
    fromMs: 7 * hour,
    toMs: 8 * hour,
  });
  expect(nearestWithProfiles(timeline([1, 0, 0, 2, 0, 0, 0, 0, 0, 3]), range)).toEqual({
    fromMs: 3 * hour,
    toMs: 4 * hour,
  });
  expect(nearestWithProfiles(timeline([0, 0, 0, 0, 0, 1, 0]), range)).toBeUndefined();
});

test('what has profiles begins with its first and ends with its last bucket', () => {
  expect(withProfiles(timeline([0, 2, 0, 1, 0]))).toEqual({ fromMs: hour, toMs: 4 * hour });
  expect(withProfiles(timeline([0, 0]))).toBeUndefined();
});
