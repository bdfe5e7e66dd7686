import type { GroupDetail } from '@everflame/api';
import { paths } from '@everflame/api/paths';
import { ask, viewAddress } from '../api/questions.ts';
import { useResource } from '../api/resource.ts';
import { ago, moment, span } from '../show/clock.ts';
import { go } from '../url/navigation.ts';
import type { GroupRoute } from '../url/route.ts';
import { momentsOf, rangeOf, type TimeRange } from '../url/time-range.ts';
import { nearestWithProfiles, withProfiles } from './nearest-range.ts';
import { standing } from './standing.ts';
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
  const timeline = (from: string, to: string) =>
    viewAddress(paths.timeline(route.group), [
      ['measure', view?.measure ?? 'cpu'],
      ['from', from],
      ['to', to],
    ]);
  const around = useResource(timeline('-15d', 'now'), 0, ask.timeline).value;
  const near = around && range && nearestWithProfiles(around, range);
  // So long a range is told in coarse steps; where the data begins within one takes a second look.
  const closer = near && momentsOf(near);
  const closerKey = closer && timeline(closer.from, closer.to);
  const { value, valueKey } = useResource(closerKey, 0, ask.timeline);
  const within = valueKey === closerKey ? value : undefined;
  const nearest = (near && within && withProfiles(within)) ?? near ?? lastProfile(detail, range);
  const first = around && withProfiles(around);
  const isBefore = first && range && range.toMs <= first.fromMs;
  return (
    <div class="empty">
      <h2>Nothing was recorded here</h2>
      <p>
        {isBefore && route.labels.length === 0
          ? `This range lies before the first profile, which is of ${moment(nearest?.fromMs ?? first.fromMs)}.`
          : reason({ route, detail, view, nowMs })}
      </p>
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
  { lastProfileMs: ms }: GroupDetail,
  range: TimeRange | undefined,
): TimeRange | undefined =>
  ms === undefined || (range && ms >= range.fromMs && ms <= range.toMs)
    ? undefined
    : { fromMs: ms - 1_800_000, toMs: ms + 300_000 };

function reason({ route, detail, view, nowMs }: EmptyRangeProps): string {
  if (route.labels.length > 0) return 'No profile in this range carries the labels you filter by.';
  if (route.states !== undefined) return 'No thread was seen in the states you left on.';
  if (view?.isElsewhere && detail.measures.length > 0)
    return `The profiles of this range have no ${view.title.toLowerCase()}; other ranges have, and other views of this one.`;
  const last = `The last profile came ${ago(detail.lastProfileMs, nowMs)}.`;
  switch (standing(detail, nowMs)) {
    case 'paused':
      return `Profiling is paused. ${last}`;
    case 'silent':
      return `${last} The application may be down, or cannot reach this server.`;
    case 'uploads':
      return `No file that was sent covers this range. ${last}`;
    default:
      return `The application was idle. ${last}`;
  }
}
