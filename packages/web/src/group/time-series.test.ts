import type { Timeline } from '@everflame/api';
import { expect, test } from 'vitest';
import { stacked, timeSeries } from './time-series.ts';
import type { View } from './views.ts';

const view: View = {
  id: 'latency',
  title: 'Latency',
  measure: 'wall',
  unit: 'ns',
  states: undefined,
  isByState: true,
  isTime: true,
  count: 0,
};
const timeline: Timeline = {
  measure: 'wall',
  unit: 'ns',
  tier: 'PT5M',
  stepMs: 300_000,
  t: [0, 300_000, 600_000],
  states: { RUNNABLE: [600e9, null, 60e9], BLOCKED: [300e9, null, null] },
  count: [500, 0, 7],
  profiles: [5, 0, 1],
  coveredMs: [300_000, 0, 60_000],
};

test('time over time is a number of threads, and a bucket counts for what was profiled of it', () => {
  const { series, unit, t, isFew } = timeSeries(timeline, view, false);
  expect(unit).toBe('threads');
  expect(series).toEqual([
    { name: 'RUNNABLE', values: [2, null, 1] },
    { name: 'BLOCKED', values: [1, null, null] },
  ]);
  expect(t).toEqual([0, 300, 600, 900]);
  expect(isFew).toEqual([false, false, true]);
  // The last bucket is not drawn into the future.
  expect(timeSeries(timeline, view, false, 700_000).t.at(-1)).toBe(700);
  expect(timeSeries(timeline, view, false, 2_000_000).t.at(-1)).toBe(900);
});

test('without states there is one series, and a gap stays a gap', () => {
  const cpu = { ...view, id: 'cpu', title: 'CPU', isByState: false };
  const { series, unit } = timeSeries(timeline, cpu, false);
  expect(unit).toBe('cores');
  expect(series[0]?.values).toEqual([3, null, 1]);
});

test('bytes are a rate, unless they are a level', () => {
  const heap: View = {
    ...view,
    measure: 'live_bytes',
    unit: 'bytes',
    isTime: false,
    isByState: false,
  };
  const bytes = { ...timeline, unit: 'bytes', states: { UNKNOWN: [3000, null, 600] } } as const;
  const rate = timeSeries(bytes as never, heap, false);
  expect([rate.unit, rate.series[0]?.values]).toEqual(['bytes per second', [10, null, 10]]);
  const level = timeSeries(bytes as never, heap, true);
  // Five profiles in the first bucket: the answer is their mean already.
  expect([level.unit, level.series[0]?.values]).toEqual(['bytes', [3000, null, 600]]);
});

test('time counts against the time that was profiled, and where nothing was there is a gap', () => {
  const cpu = { ...view, id: 'cpu', title: 'CPU', isByState: false };
  const covered = {
    ...timeline,
    states: { RUNNABLE: [600e9, 0, 60e9] },
    coveredMs: [150_000, 0, 60_000],
  };
  const { series } = timeSeries(covered, cpu, false);
  expect(series[0]?.values).toEqual([4, null, 1]);
});

test('a file that does not say how long it took is spread over its bucket', () => {
  const cpu = { ...view, id: 'cpu', title: 'CPU', isByState: false };
  const { series } = timeSeries({ ...timeline, coveredMs: [0, 0, 0] }, cpu, false);
  expect(series[0]?.values).toEqual([3, null, 0.2]);
});

test('series lie on top of each other, and a gap in one does not drop the other', () => {
  const data = timeSeries(timeline, view, false);
  expect(stacked(data)).toEqual([
    [2, null, 1],
    [3, null, 1],
  ]);
});
