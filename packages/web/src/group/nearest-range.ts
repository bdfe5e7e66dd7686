import type { Timeline } from '@everflame/api';
import type { TimeRange } from '../url/time-range.ts';

/** From the first bucket with profiles to the last; undefined where there is none. */
export function withProfiles({ t, profiles, stepMs }: Timeline): TimeRange | undefined {
  const first = t.find((_, i) => profiles[i]);
  const last = t.findLast((_, i) => profiles[i]);
  return first === undefined || last === undefined
    ? undefined
    : { fromMs: first, toMs: last + stepMs };
}

/** Half an hour is enough to see something, and small enough to be quick. */
const leastMs = 1_800_000;

/** The bucket with profiles that lies nearest to the range, widened to be worth looking at. */
export function nearestWithProfiles(
  { t, profiles, stepMs }: Timeline,
  { fromMs, toMs }: TimeRange,
): TimeRange | undefined {
  let best: number | undefined;
  let least = Number.POSITIVE_INFINITY;
  t.forEach((start, i) => {
    if (!profiles[i] || (start < toMs && start + stepMs > fromMs)) return;
    const gap = start >= toMs ? start - toMs : fromMs - (start + stepMs);
    if (gap < least) {
      least = gap;
      best = start;
    }
  });
  if (best === undefined) return undefined;
  const spare = Math.max(0, leastMs - stepMs);
  return best >= toMs
    ? { fromMs: best, toMs: best + stepMs + spare }
    : { fromMs: best - spare, toMs: best + stepMs };
}
