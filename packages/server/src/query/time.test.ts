import { Problem } from '@everflame/model';
import { expect, test } from 'vitest';
import { timeOf } from './time.ts';

const now = Date.UTC(2026, 0, 2, 3, 4, 5);

test.each([
  ['now', now],
  ['-1h', now - 3_600_000],
  ['-90s', now - 90_000],
  ['-1.5d', now - 129_600_000],
  ['-2w', now - 1_209_600_000],
  ['1764021600000', 1_764_021_600_000],
  ['2026-01-01', Date.UTC(2026, 0, 1)],
  ['2026-01-01T10:00', Date.UTC(2026, 0, 1, 10)],
  ['2026-01-01T10:00:00.250Z', Date.UTC(2026, 0, 1, 10, 0, 0, 250)],
  ['2026-01-01T10:00:00+02:00', Date.UTC(2026, 0, 1, 8)],
])('%s is a time', (text, ms) => {
  expect(timeOf(text, 'from', now)).toBe(ms);
});

test.each(['', 'yesterday', '-1y', '1h', '2026-13-01', 'NaN', 'Infinity', '9'.repeat(39)])(
  '“%s” is not a time',
  (text) => {
    expect(() => timeOf(text, 'from', now)).toThrow(Problem);
  },
);
