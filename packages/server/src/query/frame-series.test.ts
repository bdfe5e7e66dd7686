import { expect, test } from 'vitest';
import { tierMs } from '../storage/profile-store.ts';
import { frameTier, keptTier } from './frame-series.ts';

const { PT1H: hour, P1D: day } = tierMs;
const all = { PT5M: 0, PT1H: 0, P1D: 0 };
const now = Date.UTC(2026, 5, 1, 12);
const last = (days: number) => ({ fromMs: now - days * day, toMs: now });

test('a tier that has lost the start of a range gives way to the next coarser one', () => {
  const keptFrom = { PT5M: now - 15 * day, PT1H: now - 60 * day, P1D: now - 900 * day };
  expect(keptTier('PT5M', last(15), keptFrom)).toBe('PT5M');
  expect(keptTier('PT5M', last(16), keptFrom)).toBe('PT1H');
  expect(keptTier('PT1H', last(90), keptFrom)).toBe('P1D');
  expect(keptTier('P1D', last(1000), keptFrom)).toBe('P1D');
});

test('ninety days of hours are as many points as come unless more are asked for', () => {
  const tierOf = (days: number) => frameTier({ ...last(days), frames: 100 }, all);
  expect([7.5, 8, 90, 90.1].map(tierOf)).toEqual(['PT5M', 'PT1H', 'PT1H', 'P1D']);
  expect(frameTier({ ...last(30), tier: 'PT5M', frames: 1 }, all)).toBe('PT5M');
});

test('more values than an answer may have are refused', () => {
  const ask = (days: number, frames: number) => () =>
    frameTier({ ...last(days), tier: 'PT1H', frames }, all);
  expect(ask(90, 100)()).toBe('PT1H');
  expect(ask(91, 100)).toThrow(/100 frames in 2184 buckets of PT1H/);
  expect(ask((10_001 * hour) / day, 1)).toThrow(/too much/);
});
