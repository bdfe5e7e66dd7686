import { paths } from '@everflame/api/paths';
import { useEffect, useState } from 'preact/hooks';
import { usePulse } from '../api/pulse.ts';
import { ask, viewAddress } from '../api/questions.ts';
import { useResource } from '../api/resource.ts';
import { WaitingPanel } from '../groups/waiting-panel.tsx';
import { FailureNote } from '../shell/failure-note.tsx';
import { useKeys } from '../shell/keys.ts';
import { Lost } from '../shell/lost.tsx';
import { go } from '../url/navigation.ts';
import type { GroupRoute } from '../url/route.ts';
import { isLive, momentsOf, rangeOf } from '../url/time-range.ts';
import { EmptyRange } from './empty-range.tsx';
import { FactsStrip } from './facts-strip.tsx';
import { FlameTab, type TabProps } from './flame-tab.tsx';
import { copyLink, GroupHead } from './group-head.tsx';
import { HotspotsTab } from './hotspots-tab.tsx';
import { useKnown } from './known.ts';
import { LabelFilters } from './label-filters.tsx';
import { LiveButton } from './live-button.tsx';
import { RangePicker, UnreadRange } from './range-picker.tsx';
import { TimeLine } from './time-line.tsx';
import { ViewSwitch } from './view-switch.tsx';
import { missing, shownRange, type View, viewIn, viewsEver, whileIdle } from './views.ts';

const refreshMs = 10_000;
const waitMs = 2000;

export function GroupPage({ route }: { route: GroupRoute }) {
  const [isFollowing, follow] = useState(true);
  const [isWaiting, wait] = useState(false);
  const isOpenEnded = isLive(route.range) && !route.brushed;
  const pulse = usePulse(isWaiting ? waitMs : refreshMs, isWaiting || (isOpenEnded && isFollowing));
  const { from, to } = shownRange(route);
  const key = viewAddress(paths.group(route.group), [
    ['from', from],
    ['to', to],
  ]);
  const { value, valueKey, failure, reload } = useResource(key, pulse, ask.group);
  const detail = value?.name === route.group ? value : undefined;
  const hasNone = detail !== undefined && detail.lastProfileMs === undefined;
  useEffect(() => wait(hasNone), [hasNone]);
  useEffect(() => {
    document.title = `${route.group} · Everflame`;
  }, [route.group]);
  usePageKeys(route);

  if (failure?.code === 'unknown-group' || failure?.status === 404)
    return (
      <Lost
        title="There is no such group"
        text={`No profiling group is called “${route.group}”.`}
      />
    );
  if (!detail)
    return (
      <main class="page">
        {failure ? (
          <FailureNote failure={failure} retry={reload} />
        ) : (
          <div class="panel skeleton page-skeleton" aria-busy="true" />
        )}
      </main>
    );
  return (
    <main class="page group-page">
      <GroupHead route={route} detail={detail} reload={reload} />
      {failure && <FailureNote failure={failure} retry={reload} />}
      {hasNone ? (
        <WaitingPanel group={detail} />
      ) : (
        <Body
          route={route}
          detail={detail}
          isCurrent={valueKey === key}
          pulse={pulse}
          live={isOpenEnded ? { isFollowing, follow } : undefined}
        />
      )}
    </main>
  );
}

interface BodyProps extends Omit<TabProps, 'view'> {
  /** The detail answers this very range, not the one before. */
  readonly isCurrent: boolean;
  readonly live:
    | { readonly isFollowing: boolean; readonly follow: (on: boolean) => void }
    | undefined;
}

function Body({ route, detail, isCurrent, pulse, live }: BodyProps) {
  const known = useKnown(detail, isCurrent);
  const all = viewsEver(detail.measures, known.measures);
  const view = viewIn(all, route.view);
  const isNode = detail.runtimes.some((runtime) => runtime.startsWith('nodejs'));
  const lost = view && known.isAnswered ? missing(route.view, view, isNode) : undefined;
  const hasLabels = Object.keys(detail.labels).length > 0;
  return (
    <>
      <div class="row toolbar">
        {view && <ViewSwitch route={route} all={all} view={view} />}
        <RangePicker route={route} nowMs={Date.now()} />
        <UnreadRange />
        {live && <LiveButton {...live} isPaused={detail.status === 'paused'} />}
        <LabelFilters route={route} labels={hasLabels ? detail.labels : known.labels} />
        <span class="spacer" />
        <FactsStrip facts={detail.facts} known={known.facts} />
      </div>
      {lost !== undefined && (
        <p class="note" role="status">
          {lost}
        </p>
      )}
      {view ? (
        <>
          <TimeLine
            route={route}
            view={view}
            measures={detail.measures}
            pulse={pulse}
            note={isNode && view.id === 'latency' ? whileIdle : undefined}
          />
          <Tab route={route} view={view} detail={detail} pulse={pulse} />
        </>
      ) : (
        <section class="panel">
          <EmptyRange route={route} detail={detail} view={undefined} nowMs={Date.now()} />
        </section>
      )}
    </>
  );
}

const Tab = (props: TabProps & { readonly view: View }) =>
  props.route.tab === 'flame' ? <FlameTab {...props} /> : <HotspotsTab {...props} />;

function usePageKeys(route: GroupRoute): void {
  const step = (direction: number) => {
    const range = rangeOf(shownRange(route), Date.now());
    if (!range) return;
    const by = (range.toMs - range.fromMs) * direction;
    const moved = momentsOf({ fromMs: range.fromMs + by, toMs: range.toMs + by });
    go(route.brushed ? { ...route, brushed: moved } : { ...route, range: moved });
  };
  useKeys({
    t: () => go({ ...route, tab: route.tab === 'flame' ? 'hotspots' : 'flame' }),
    y: () => copyLink(route),
    '[': () => step(-1),
    ']': () => step(1),
  });
}
