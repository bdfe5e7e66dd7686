import { expect, test } from 'vitest';
import { defaultRetention } from '../storage/profile-store.ts';
import { acceptedWindow } from './accept.ts';

const now = Date.UTC(2026, 5, 1);
const minute = 60_000;
const kept = { retention: defaultRetention, keptFrom: { PT5M: 0, PT1H: 0, P1D: 0 } };
const window = (startMs?: number, endMs?: number) => acceptedWindow({ startMs, endMs }, now, kept);

test('a profile without times was made just now', () => {
  expect(window()).toEqual({ startMs: now - 1, endMs: now });
});

test('one time is enough, and does not stretch the profile', () => {
  expect(window(now - minute)).toEqual({ startMs: now - minute, endMs: now - minute + 1 });
  expect(window(undefined, now - minute)).toEqual({
    startMs: now - minute - 1,
    endMs: now - minute,
  });
  const long = (times: object) => acceptedWindow({ ...times, lengthMs: 1500 }, now, kept);
  expect(long({ startMs: now - minute })).toEqual({
    startMs: now - minute,
    endMs: now - minute + 1500,
  });
  expect(long({ endMs: now })).toEqual({ startMs: now - 1500, endMs: now });
  expect(long({})).toEqual({ startMs: now - 1500, endMs: now });
});

test('a profile of a moment was made then, or now if its clock cannot be right', () => {
  const made = (momentMs: number) => acceptedWindow({ momentMs }, now, kept);
  expect(made(now - minute)).toEqual({ startMs: now - minute - 1, endMs: now - minute });
  for (const wrong of [0, now - 400 * 86_400_000, now + 86_400_000]) {
    expect(made(wrong)).toEqual({ startMs: now - 1, endMs: now });
  }
});

test('a problem with times names the parameters', () => {
  expect(() => window(now, now - 1)).toThrow(/“startMs” must lie before “endMs”/);
  expect(() => window(now, now + 86_400_000)).toThrow(/endMs/);
  expect(() => window(1, 2)).toThrow(/startMs/);
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

test('what no tier keeps any more is refused, what one still keeps is taken', () => {
  const day = 86_400_000;
  const accepted = (P1D: number) => {
    const keptFrom = { PT5M: now - day, PT1H: now - 2 * day, P1D };
    const stated = { startMs: now - 3 * day, endMs: now - 3 * day + minute };
    return acceptedWindow(stated, now, { ...kept, keptFrom });
  };
  expect(accepted(now - 4 * day)).toBeDefined();
  expect(() => accepted(now - day)).toThrow(expect.objectContaining({ code: 'profile-too-old' }));
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
