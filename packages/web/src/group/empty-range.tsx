import type { GroupDetail } from '@everflame/api';
import { paths } from '@everflame/api/paths';
import { ask, viewAddress } from '../api/questions.ts';
import { useResource } from '../api/resource.ts';
import { ago, span } from '../show/clock.ts';
import { go } from '../url/navigation.ts';
import type { GroupRoute } from '../url/route.ts';
import { momentsOf, rangeOf, type TimeRange } from '../url/time-range.ts';
import { nearestWithProfiles } from './nearest-range.ts';
import { shownRange, type View } from './views.ts';

interface EmptyRangeProps {
  readonly route: GroupRoute;
  readonly detail: GroupDetail;
  readonly view: View | undefined;
  readonly nowMs: number;
}

/** Nothing to draw: why, and where the nearest data is. */
export function EmptyRange({ route, detail, view, nowMs }: EmptyRangeProps) {
  const range = rangeOf(shownRange(route), nowMs);
  const lookback = viewAddress(paths.timeline(route.group), [
    ['measure', view?.measure ?? 'cpu'],
    ['from', '-15d'],
    ['to', 'now'],
  ]);
  const around = useResource(lookback, 0, ask.timeline);
  const nearest =
    (around.value && range && nearestWithProfiles(around.value, range)) ??
    lastProfile(detail.lastProfileMs, range);
  return (
    <div class="empty">
      <h2>Nothing was recorded here</h2>
      <p>{reason(route, detail, nowMs)}</p>
      <p class="row">
        {nearest && (
          <button
            type="button"
            class="button primary"
            onClick={() => go({ ...route, range: momentsOf(nearest), brushed: undefined })}
          >
            Show {span(nearest, nowMs)}
          </button>
        )}
        {route.labels.length > 0 && (
          <button type="button" class="button" onClick={() => go({ ...route, labels: [] })}>
            Remove filters
          </button>
        )}
      </p>
    </div>
  );
}

const lastProfile = (
  ms: number | undefined,
  range: TimeRange | undefined,
): TimeRange | undefined =>
  ms === undefined || (range && ms >= range.fromMs && ms <= range.toMs)
    ? undefined
    : { fromMs: ms - 1_800_000, toMs: ms + 300_000 };

function reason(route: GroupRoute, detail: GroupDetail, nowMs: number): string {
  if (route.labels.length > 0) return 'No profile in this range carries the labels you filter by.';
  if (route.states !== undefined) return 'No thread was seen in the states you left on.';
  const last = `The last profile came ${ago(detail.lastProfileMs, nowMs)}.`;
  if (detail.status === 'paused') return `Profiling is paused. ${last}`;
  if (detail.status === 'stale')
    return `${last} The application may be down, or cannot reach this server.`;
  return `Either the application was idle, or the range lies before its first profile. ${last}`;
}
