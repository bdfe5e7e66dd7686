import { type Moments, momentsOf, type TimeRange } from '../url/time-range.ts';

const stepMs = 300_000;
const leastMs = 1_800_000;

/** Whole buckets around what was sent, long enough to be looked at; undefined where a fresh page shows it anyway. */
export function rangeToShow({ fromMs, toMs }: TimeRange, nowMs: number): Moments | undefined {
  if (fromMs > nowMs - 3_300_000 && toMs <= nowMs) return undefined;
  const from = Math.floor(fromMs / stepMs) * stepMs;
  const to = Math.ceil(toMs / stepMs) * stepMs;
  return momentsOf({ fromMs: from, toMs: Math.max(to, from + leastMs) });
}
