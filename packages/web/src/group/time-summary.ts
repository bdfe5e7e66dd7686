import { timeOfDay } from '../show/clock.ts';
import type { TimeSeries } from './time-series.ts';

/** The chart in words, for who does not see it. `value` writes bytes with their unit. */
export function summary({ series, unit, t }: TimeSeries, value: (value: number) => string): string {
  const sums = t
    .slice(0, -1)
    .map((_, bucket) => series.reduce((sum, { values }) => sum + (values[bucket] ?? 0), 0));
  const most = Math.max(0, ...sums);
  const at = t[sums.indexOf(most)];
  if (most === 0 || at === undefined) return 'Nothing was recorded in this range.';
  const words = [value(most), unit.replace(/^bytes ?/, '')].filter((word) => word !== '');
  return `${sums.length} intervals; at most ${words.join(' ')}, at ${timeOfDay(at * 1000)}.`;
}
