import type { Timeline } from '@everflame/api';
import type { View } from './views.ts';

/** What a chart draws: one stack of series over the starts of buckets. */
export interface TimeSeries {
  /**
   * Epoch seconds, as the chart wants them; one more than there are buckets, for the end of the last: now, where
   * that bucket is not over.
   */
  readonly t: readonly number[];
  readonly stepMs: number;
  readonly series: readonly {
    readonly name: string;
    readonly values: readonly (number | null)[];
  }[];
  /** Buckets with too few observations to be believed. */
  readonly isFew: readonly boolean[];
  readonly unit: string;
}

/** Fewer raw observations than this in a bucket, and its height is mostly chance. */
export const few = 30;

/**
 * Weights become what a reader thinks in: time over the time that was profiled is a number of cores or
 * threads, everything else that adds up is a rate. A snapshot comes as a level: the mean over its profiles.
 */
export function timeSeries(
  timeline: Timeline,
  view: View,
  isSnapshot: boolean,
  nowMs = Number.POSITIVE_INFINITY,
): TimeSeries {
  const { t, stepMs, states, count, coveredMs } = timeline;
  const divisor = (bucket: number): number => {
    if (isSnapshot) return 1;
    // Of a file that does not say how long it took, all that is known is that it belongs to the bucket.
    const ms = coveredMs[bucket] || stepMs;
    return view.isTime ? ms * 1e6 : ms / 1000;
  };
  const scaled = (values: readonly (number | null)[]) =>
    values.map((value, bucket) => {
      // Where nothing was profiled, that is not known to be zero.
      const isUnknown = value === 0 && !isSnapshot && !coveredMs[bucket];
      return value === null || isUnknown ? null : value / divisor(bucket);
    });
  const columns = Object.entries(states);
  const lastMs = t.at(-1) ?? 0;
  const series = view.isByState
    ? columns.map(([name, values]) => ({ name, values: scaled(values) }))
    : [
        {
          name: view.title,
          values: scaled(
            summed(
              columns.map(([, values]) => values),
              t.length,
            ),
          ),
        },
      ];
  return {
    t: [...t, Math.min(lastMs + stepMs, Math.max(lastMs + 1000, nowMs))].map((ms) => ms / 1000),
    stepMs,
    series,
    isFew: count.map((observed) => observed > 0 && observed < few),
    unit: unitOf(view, isSnapshot),
  };
}

/** Null where no column has a value: a gap is not a zero. */
function summed(columns: readonly (readonly (number | null)[])[], length: number) {
  return Array.from({ length }, (_, bucket) =>
    columns.reduce<number | null>((sum, values) => {
      const value = values[bucket] ?? null;
      return value === null ? sum : (sum ?? 0) + value;
    }, null),
  );
}

function unitOf(view: View, isSnapshot: boolean): string {
  if (view.isTime) return view.measure === 'cpu' || view.id === 'cpu' ? 'cores' : 'threads';
  const unit = view.unit === 'bytes' ? 'bytes' : '';
  if (isSnapshot) return unit;
  return unit === '' ? 'per second' : `${unit} per second`;
}

/** Each series on top of those before it; a gap counts as nothing where another has a value. */
export function stacked({ series }: TimeSeries): (number | null)[][] {
  let below: readonly (number | null)[] | undefined;
  return series.map(({ values }) => {
    const sum = values.map((value, bucket) => {
      const under = below?.[bucket] ?? null;
      return value === null ? under : (under ?? 0) + value;
    });
    below = sum;
    return sum;
  });
}
