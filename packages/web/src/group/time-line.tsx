import type { MeasureInfo } from '@everflame/api';
import { paths } from '@everflame/api/paths';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { ask, viewAddress } from '../api/questions.ts';
import { useResource } from '../api/resource.ts';
import { palettes } from '../flame/palette.ts';
import { FailureNote, StillBefore } from '../shell/failure-note.tsx';
import { theme } from '../shell/theme.ts';
import { elapsed, span, zone } from '../show/clock.ts';
import { bytes, cores, count } from '../show/quantity.ts';
import { go } from '../url/navigation.ts';
import type { GroupRoute } from '../url/route.ts';
import { momentsOf, rangeOf } from '../url/time-range.ts';
import type { ChartInput, mountTimeChart, Pointed } from './time-chart.ts';
import { bucketText, rangeText } from './time-readout.ts';
import { few, type TimeSeries, timeSeries } from './time-series.ts';
import { summary } from './time-summary.ts';
import { type View, viewQuery } from './views.ts';

interface TimeLineProps {
  readonly route: GroupRoute;
  readonly view: View;
  readonly measures: readonly MeasureInfo[];
  readonly pulse: number;
  /** What the view does not have in this group. */
  readonly note: string | undefined;
}

/** The measure over the chosen range; a part of it can be brushed, and everything below follows. */
export function TimeLine({ route, view, measures, pulse, note }: TimeLineProps) {
  const key = viewAddress(paths.timeline(route.group), viewQuery(view, route, route.range));
  const { value, valueKey, failure, isLoading, reload } = useResource(key, pulse, ask.timeline);
  const isSnapshot =
    measures.find(({ measure }) => measure === view.measure)?.temporality === 'snapshot';
  // Until its answer comes, another view shows the chart that was there, not the old numbers as its own.
  const last = useRef<Charted>(undefined);
  const isAnswered = valueKey === key;
  const charted = useMemo<Charted | undefined>(() => {
    if (!value || !isAnswered) return last.current;
    return { view, data: timeSeries(value, view, isSnapshot, Date.now()) };
  }, [value, isAnswered, view.id, isSnapshot]);
  last.current = charted;
  const about = (charted?.view ?? view).about;
  const brushed = route.brushed && rangeOf(route.brushed, Date.now());
  return (
    <section class="panel time-line" aria-label="Time line" data-loading={isLoading || undefined}>
      <header class="panel-head">
        <h2>
          {titleOf(charted?.view ?? view)}{' '}
          {charted && <span class="muted">{scaleOf(charted.data)}</span>}
        </h2>
        <span class="muted">times in {zone(Date.now())}</span>
        {brushed ? (
          <button
            type="button"
            class="chip"
            title="Back to the whole range"
            onClick={() => go({ ...route, brushed: undefined })}
          >
            {span(brushed, Date.now())} <span aria-hidden="true">×</span>
          </button>
        ) : (
          <span class="muted">drag to select a part</span>
        )}
        {/* Its place stays: a graph that jumps cannot be compared with what it was. */}
        <span class={`muted few ${charted?.data.isFew.includes(true) ? '' : 'absent'}`}>
          <span class="few-mark" aria-hidden="true" /> dotted: under {few} samples
        </span>
        {about !== undefined && (
          <p class="muted about">
            {about} {note}
          </p>
        )}
      </header>
      {failure && <FailureNote failure={failure} retry={reload} />}
      {failure && charted && !isAnswered && <StillBefore />}
      {charted && <Chart route={route} view={charted.view} data={charted.data} brushed={brushed} />}
      {!charted && !failure && <div class="chart skeleton" />}
    </section>
  );
}

interface Charted {
  readonly view: View;
  readonly data: TimeSeries;
}

const scaleOf = ({ unit, stepMs }: TimeSeries): string =>
  [unit, `in steps of ${elapsed(stepMs)}`].filter((word) => word !== '').join(', ');

const titleOf = (view: View): string =>
  view.isByState ? 'Threads by state' : view.isTime ? `${view.title} time` : view.title;

interface ChartProps {
  readonly route: GroupRoute;
  readonly view: View;
  readonly data: TimeSeries;
  readonly brushed: ChartInput['brushed'];
}

function Chart({ route, view, data, brushed }: ChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<ReturnType<typeof mountTimeChart>>(undefined);
  const [library, setLibrary] = useState<{ mount: typeof mountTimeChart }>();
  const [hasFailed, setFailed] = useState(false);
  const [readout, setReadout] = useState('');
  const latest = useRef(route);
  latest.current = route;
  const told = useRef<ChartInput>(undefined);
  const shown = theme.value;
  const input = useMemo(
    () => chartInput(data, view, { brushed, shown }),
    [data, view, brushed?.fromMs, brushed?.toMs, shown],
  );

  useEffect(() => {
    let isWanted = true;
    import('./time-chart.ts').then(
      ({ mountTimeChart: mount }) => {
        if (isWanted) setLibrary({ mount });
      },
      // The server went away between the page and its chart.
      () => setFailed(true),
    );
    return () => {
      isWanted = false;
      chart.current?.destroy();
      chart.current = undefined;
    };
  }, []);
  useEffect(() => {
    if (!library || !host.current) return;
    if (chart.current) chart.current.update(input);
    else
      chart.current = library.mount(host.current, input, {
        brush: (range) => go({ ...latest.current, brushed: momentsOf(range) }),
        clear: () => go({ ...latest.current, brushed: undefined }),
        pointed: (at) => setReadout(told.current && at ? textOf(told.current, at) : ''),
      });
  }, [library, input]);
  told.current = input;
  return (
    <div class="chart-box">
      <div ref={host} class="chart" role="img" aria-label={summary(data, input.value)}>
        {hasFailed && (
          <p class="muted">The chart could not be loaded. Reload the page to see it.</p>
        )}
      </div>
      {readout !== '' && (
        <span class="readout" aria-hidden="true">
          {readout}
        </span>
      )}
    </div>
  );
}

const textOf = ({ data, value }: ChartInput, at: Pointed) =>
  'range' in at ? rangeText(at.range, Date.now()) : bucketText(data, at.bucket, value);

interface ChartLook {
  readonly brushed: ChartInput['brushed'];
  readonly shown: typeof theme.value;
}

function chartInput(data: TimeSeries, view: View, { brushed, shown }: ChartLook): ChartInput {
  const palette = palettes[shown];
  const colour = (name: string) =>
    view.isByState
      ? (palette.state[name] ?? palette.category.runtime)
      : view.unit === 'bytes'
        ? palette.bytes
        : palette.category.mine;
  return {
    data,
    colours: data.series.map(({ name }) => colour(name)),
    text: shown === 'dark' ? '#9aa3b2' : '#566072',
    grid: shown === 'dark' ? '#262c37' : '#e3e7ed',
    value: view.isTime ? cores : view.unit === 'bytes' ? bytes : count,
    isBytes: view.unit === 'bytes',
    brushed,
  };
}
