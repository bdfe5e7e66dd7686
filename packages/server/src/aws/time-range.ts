import { Problem } from '@everflame/model';
import type { Needs } from '../needs.ts';
import type { Group } from '../storage/catalog.ts';
import { type TimeRange, tierMs } from '../storage/profile-store.ts';
import { latestBucket } from './description.ts';

/** Throws Problem('invalid-parameter'). */
export function rangeBetween(fromMs: number, toMs: number): TimeRange {
  if (fromMs < toMs) return { fromMs, toMs };
  throw new Problem('invalid-parameter', 'startTime must lie before endTime.');
}

const FIRST_MS = Date.parse('0001-01-02T00:00:00Z');
const LAST_MS = Date.parse('9999-12-31T00:00:00Z');

export interface AskedRange {
  readonly startTime?: number | undefined;
  readonly endTime?: number | undefined;
  /** Milliseconds. */
  readonly period?: number | undefined;
}

/**
 * Any two of the three, or the period alone: then up to the end of the latest profile.
 * Throws Problem('invalid-parameter'), also where it spans more than `maxDays`.
 */
export async function rangeAsked(
  { startTime, endTime, period }: AskedRange,
  maxDays: number,
  { group, needs }: { readonly group: Group; readonly needs: Needs },
): Promise<TimeRange> {
  const checked = (fromMs: number, toMs: number): TimeRange => {
    const range = rangeBetween(fromMs, toMs);
    if (toMs - fromMs > maxDays * tierMs.P1D) {
      const days = maxDays === 1 ? 'one day' : `${maxDays} days`;
      throw new Problem('invalid-parameter', `The time range may span at most ${days}.`);
    }
    // Answers are in whole profiles, and clients cannot read the year 10000 or the year 0.
    if (fromMs < FIRST_MS || toMs > LAST_MS) {
      throw new Problem('invalid-parameter', 'The time range must lie within the years 1 to 9999.');
    }
    return range;
  };
  if (startTime !== undefined && endTime !== undefined && period !== undefined) {
    throw new Problem('invalid-parameter', 'Give at most two of startTime, endTime and period.');
  }
  if (period === undefined) {
    if (startTime === undefined || endTime === undefined) {
      throw new Problem('invalid-parameter', 'Give period, or both startTime and endTime.');
    }
    return checked(startTime, endTime);
  }
  if (startTime !== undefined) return checked(startTime, startTime + period);
  const latest = endTime ?? (await latestEnd(group, needs));
  return checked(latest - period, latest);
}

async function latestEnd(group: Group, needs: Needs): Promise<number> {
  const latest = await latestBucket(group, needs);
  return latest === undefined ? needs.now() : latest.startMs + tierMs[latest.period];
}
