import type { Timeline } from '@everflame/api';
import type { Measure } from '@everflame/model';
import type { InstanceRow, Tier, TimelinePoint, TimeRange } from '../storage/profile-store.ts';
import { tierMs } from '../storage/profile-store.ts';
import { coveredSeconds, ofCpu } from './group-facts.ts';

/** As fine as a screen can show, and as is still kept of the whole range. */
export function tierFor(
  { fromMs, toMs }: TimeRange,
  keptFrom: Readonly<Record<Tier, number>>,
): Tier {
  const span = toMs - fromMs;
  if (span <= 2.5 * tierMs.P1D && fromMs >= keptFrom.PT5M) return 'PT5M';
  if (span <= 45 * tierMs.P1D && fromMs >= keptFrom.PT1H) return 'PT1H';
  return 'P1D';
}

interface Told {
  readonly points: readonly TimelinePoint[];
  readonly instances: readonly InstanceRow[];
}

/** Every bucket of the range, with or without data. `instances`: rows of the same tier. */
export function timeline(
  { points, instances }: Told,
  range: TimeRange & { readonly tier: Tier },
  measure: Measure,
): Timeline {
  const stepMs = tierMs[range.tier];
  const first = Math.floor(range.fromMs / stepMs);
  const buckets = Math.ceil(range.toMs / stepMs) - first;
  const empty = () => Array.from({ length: buckets }, () => 0);
  const states: Record<string, (number | null)[]> = {};
  const count = empty();
  const profiles = empty();
  // Who said nothing of CPU covers none of it, here as in the facts of the group.
  const covered = coveredSeconds(measure.id === 'cpu' ? ofCpu(instances) : instances);
  for (const point of points) {
    const at = Math.floor(point.t / stepMs) - first;
    if (at < 0 || at >= buckets) continue;
    states[point.state] ??= Array.from({ length: buckets }, () => null);
    const column = states[point.state] ?? [];
    column[at] = (column[at] ?? 0) + point.total;
    count[at] = (count[at] ?? 0) + point.count;
    // Every state of a bucket comes from the same uploads.
    profiles[at] = Math.max(profiles[at] ?? 0, point.profiles);
  }
  const t = Array.from({ length: buckets }, (_, index) => (first + index) * stepMs);
  return {
    measure: measure.id,
    unit: measure.unit,
    tier: range.tier,
    stepMs,
    t,
    states,
    count,
    profiles,
    coveredMs: t.map((start) => Math.round((covered.get(start) ?? 0) * 1000)),
  };
}
