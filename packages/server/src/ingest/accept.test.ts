import { expect, test } from 'vitest';
import { defaultRetention } from '../storage/profile-store.ts';
import { acceptedWindow } from './accept.ts';

const now = Date.UTC(2026, 5, 1);
const minute = 60_000;
const window = (startMs?: number, endMs?: number) =>
  acceptedWindow({ startMs, endMs }, now, defaultRetention);

test('a profile without times was made just now', () => {
  expect(window()).toEqual({ startMs: now - 1, endMs: now });
});

test('one time is enough', () => {
  expect(window(now - minute)).toEqual({ startMs: now - minute, endMs: now });
  expect(window(undefined, now - minute)).toEqual({
    startMs: now - minute - 1,
    endMs: now - minute,
  });
});

test('clocks may differ by a quarter of an hour', () => {
  expect(window(now, now + 15 * minute)).toBeDefined();
  expect(() => window(now, now + 15 * minute + 1)).toThrow(
    expect.objectContaining({ code: 'profile-in-future' }),
  );
  expect(() => window(1, 1e300)).toThrow(expect.objectContaining({ code: 'profile-in-future' }));
});

test('what is older than the finest tier is kept is refused', () => {
  const oldest = now - 15 * 86_400_000 + 5 * minute;
  expect(window(oldest, oldest + 1)).toBeDefined();
  expect(() => window(oldest - 1, oldest + 1)).toThrow(
    expect.objectContaining({ code: 'profile-too-old' }),
  );
});

test.each([
  [now, now],
  [now, now - 1],
  [Number.NaN, now],
  [now - 1, Number.POSITIVE_INFINITY],
  [-5, -1],
])('from %d to %d is no range', (start, end) => {
  expect(() => window(start, end)).toThrow(expect.objectContaining({ code: 'invalid-time-range' }));
});
