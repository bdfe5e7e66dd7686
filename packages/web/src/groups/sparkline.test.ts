import { expect, test } from 'vitest';
import { newest, sparkRuns } from './sparkline.tsx';

const lines = (values: readonly (number | null)[]) => sparkRuns(values).map(({ line }) => line);

test('a sparkline goes from the left to the right, higher where there is more', () => {
  expect(lines([0, 2, 1])).toEqual(['M0.0 22.0L60.0 2.0L120.0 12.0']);
  expect(lines([])).toEqual([]);
});

test('what was not reported is a gap, and a lone value between gaps is still seen', () => {
  expect(lines([1, 2, null, 2, null])).toEqual(['M0.0 12.0L30.0 2.0', 'M75.0 2.0L105.0 2.0']);
  expect(lines([null, null, 2])).toEqual(['M90.0 2.0L120.0 2.0']);
  expect(lines([null, null])).toEqual([]);
  expect(sparkRuns([null, 2])[0]?.area).toBe('M60.0 2.0L120.0 2.0L120.0 24L60.0 24Z');
});

test('the newest value is the last that was reported, also where that is zero', () => {
  expect(newest([1, 2, null])).toBe(2);
  expect(newest([1, 0])).toBe(0);
  expect(newest([null, null])).toBeUndefined();
  expect(newest([])).toBeUndefined();
});
