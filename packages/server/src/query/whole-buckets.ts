import type { TimeRange } from '../storage/profile-store.ts';

/** Beginning of the bucket of so many milliseconds that a moment lies in. */
export const bucketStart = (ms: number, widthMs: number): number =>
  Math.floor(ms / widthMs) * widthMs;

/** The same question over all buckets that its range touches. */
export const wholeBuckets = <Range extends TimeRange>(range: Range, widthMs: number): Range => ({
  ...range,
  fromMs: bucketStart(range.fromMs, widthMs),
  toMs: Math.ceil(range.toMs / widthMs) * widthMs,
});
