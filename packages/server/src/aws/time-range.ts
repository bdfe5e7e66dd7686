import { Problem } from '@everflame/model';
import type { TimeRange } from '../storage/profile-store.ts';

/** Throws Problem('invalid-parameter'). */
export function rangeBetween(fromMs: number, toMs: number): TimeRange {
  if (fromMs < toMs) return { fromMs, toMs };
  throw new Problem('invalid-parameter', 'startTime must lie before endTime.');
}
