import { expect, test } from 'vitest';
import { ago, elapsed, zone } from './clock.ts';

test('elapsed time is shown in one unit', () => {
  const shown = [0, 12_000, 180_000, 7_200_000, 5 * 86_400_000].map(elapsed);
  expect(shown).toEqual(['0 s', '12 s', '3 min', '2 h', '5 days']);
  expect(ago(undefined, 0)).toBe('never');
  expect(ago(1000, 1500)).toBe('just now');
  expect(ago(0, 60_000)).toBe('60 s ago');
});

test('the zone is told as its distance from UTC', () => {
  expect(zone(Date.UTC(2026, 10, 22))).toMatch(/^UTC([+-]\d{1,2}(:\d\d)?)?$/);
});
