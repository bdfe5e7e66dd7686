import { expect, test } from 'vitest';
import { createClockWatch } from './clock-watch.ts';

const [hour, day] = [3_600_000, 86_400_000];

function watched() {
  const clock = { wall: 1e12, elapsed: 0 };
  const watch = createClockWatch(
    () => clock.wall,
    () => clock.elapsed,
  );
  /** Time goes on, and the wall clock with it, but for a jump. */
  const after = (ms: number, jump = 0) => {
    clock.elapsed += ms;
    clock.wall += ms + jump;
    return watch.isCredible();
  };
  return after;
}

test('a clock that runs, or is put right by hours, is believed', () => {
  const after = watched();
  expect([after(30_000), after(30_000, 2 * hour), after(100 * day), after(0, -hour)]).toEqual(
    Array.from({ length: 4 }, () => true),
  );
});

test('a jump of a year is not believed, and forgotten when the clock comes back', () => {
  const after = watched();
  expect([after(30_000, 365 * day), after(30_000), after(30_000, -365 * day)]).toEqual([
    false,
    false,
    true,
  ]);
  expect(after(30_000, 365 * day)).toBe(false);
});

test('a jump that holds for an hour is the time', () => {
  const after = watched();
  expect([after(1, 3 * day), after(hour - 1), after(1), after(30_000)]).toEqual([
    false,
    false,
    true,
    true,
  ]);
});

test('a clock that keeps jumping is never believed', () => {
  const after = watched();
  for (let i = 0; i < 10; i++) expect(after(hour, 2 * day)).toBe(false);
});
