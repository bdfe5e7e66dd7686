import { span, timeOfDay } from '../show/clock.ts';
import { stateName } from '../show/state-name.ts';
import type { TimeRange } from '../url/time-range.ts';
import type { TimeSeries } from './time-series.ts';

/** What one bucket says, with the time that it covers. `value` writes bytes with their unit. */
export function bucketText(
  { t, series, unit }: TimeSeries,
  bucket: number,
  value: (value: number) => string,
): string {
  const [from = 0, to = from] = t.slice(bucket, bucket + 2);
  const told = series.flatMap(({ name, values }) => {
    const here = values[bucket] ?? undefined;
    if (here === undefined) return [];
    return [series.length > 1 ? `${stateName(name)} ${value(here)}` : value(here)];
  });
  const amount = told.length === 0 ? 'nothing recorded' : `${told.join(', ')} ${rest(unit)}`;
  return `${timeOfDay(from * 1000)} – ${timeOfDay(to * 1000)} · ${amount.trim()}`;
}

const rest = (unit: string): string => unit.replace(/^bytes ?/, '');

export const rangeText = (range: TimeRange, nowMs: number): string => `Show ${span(range, nowMs)}`;
