import { expect, test } from 'vitest';
import { absolute, isLive, momentMs, momentsOf, rangeOf } from './time-range.ts';

const now = Date.UTC(2026, 10, 22, 18);

test('moments are relative to now, or absolute', () => {
  expect(momentMs('now', now)).toBe(now);
  expect(momentMs('-15m', now)).toBe(now - 900_000);
  expect(momentMs('-7d', now)).toBe(now - 7 * 86_400_000);
  expect(momentMs('2026-11-22T17:35Z', now)).toBe(now - 25 * 60_000);
  for (const wrong of ['', 'soon', '-1y', '15m', '2026-99-99T00:00Z', '2026'])
    expect(momentMs(wrong, now)).toBeUndefined();
});

test('an absolute moment is as short as it can be without losing anything', () => {
  expect(absolute(now)).toBe('2026-11-22T18:00Z');
  expect(absolute(now + 1000)).toBe('2026-11-22T18:00:01Z');
  expect(absolute(now + 1)).toBe('2026-11-22T18:00:00.001Z');
});

test('a range runs forward, and is live while it ends now', () => {
  expect(rangeOf({ from: '-1h', to: 'now' }, now)).toEqual({ fromMs: now - 3_600_000, toMs: now });
  expect(rangeOf({ from: 'now', to: '-1h' }, now)).toBeUndefined();
  expect(isLive({ from: '-1h', to: 'now' })).toBe(true);
  expect(isLive(momentsOf({ fromMs: 0, toMs: now }))).toBe(false);
});
