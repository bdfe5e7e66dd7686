import { expect, test } from 'vitest';
import { bytes, cores } from '../show/quantity.ts';
import { byteSteps } from './byte-steps.ts';
import { summary } from './time-summary.ts';

const evening = new Date(2026, 10, 22, 18, 5).getTime();
const data = (unit: string, values: readonly (number | null)[]) => ({
  t: [evening / 1000 - 300, evening / 1000, evening / 1000 + 300],
  stepMs: 300_000,
  series: [{ name: 'x', values }],
  isFew: [],
  unit,
});
const plain = (text: string) => text.replaceAll('\u00a0', ' ');

test('a chart is told in words, with one unit and the time of 24 hours', () => {
  expect(plain(summary(data('bytes', [null, 5.34 * 2 ** 20]), bytes))).toBe(
    '2 intervals; at most 5.34 MiB, at 18:05.',
  );
  expect(plain(summary(data('bytes per second', [0, 2048]), bytes))).toBe(
    '2 intervals; at most 2 KiB per second, at 18:05.',
  );
  expect(summary(data('cores', [0, 1.5]), cores)).toBe(
    '2 intervals; at most 1.50 cores, at 18:05.',
  );
  expect(summary(data('cores', [null, null]), cores)).toBe('Nothing was recorded in this range.');
});

test('ticks of an axis in bytes are round in their own unit', () => {
  for (const step of byteSteps) expect(plain(bytes(step))).toMatch(/^[125]0{0,2} [KMGTP]?i?B$/);
  expect(byteSteps).toEqual([...byteSteps].sort((a, b) => a - b));
});
