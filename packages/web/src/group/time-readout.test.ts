import { expect, test } from 'vitest';
import { bytes, cores } from '../show/quantity.ts';
import { bucketText } from './time-readout.ts';

const noon = new Date(2026, 10, 22, 12).getTime() / 1000;
const data = (unit: string, ...series: [string, number | null][]) => ({
  t: [noon, noon + 300],
  stepMs: 300_000,
  series: series.map(([name, value]) => ({ name, values: [value] })),
  isFew: [],
  unit,
});
const plain = (text: string) => text.replaceAll('\u00a0', ' ');

test('a bucket is told with its times, its value and one unit', () => {
  expect(bucketText(data('cores', ['CPU', 0.25]), 0, cores)).toBe('12:00 – 12:05 · 0.25 cores');
  const rate = bucketText(data('bytes per second', ['Allocated', 2048]), 0, bytes);
  expect(plain(rate)).toBe('12:00 – 12:05 · 2 KiB per second');
  expect(bucketText(data('cores', ['CPU', null]), 0, cores)).toBe(
    '12:00 – 12:05 · nothing recorded',
  );
});

test('of several states each is named, those without a value are left out', () => {
  const states = data('threads', ['RUNNABLE', 1], ['WAITING', 0.5], ['BLOCKED', null]);
  expect(bucketText(states, 0, cores)).toBe('12:00 – 12:05 · working 1.00, waiting 0.50 threads');
});
