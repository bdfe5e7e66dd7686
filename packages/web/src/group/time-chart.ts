import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { TimeRange } from '../url/time-range.ts';
import { byteSteps } from './byte-steps.ts';
import { stacked, type TimeSeries } from './time-series.ts';

export interface ChartInput {
  readonly data: TimeSeries;
  readonly colours: readonly string[];
  readonly text: string;
  readonly grid: string;
  readonly value: (value: number) => string;
  readonly isBytes: boolean;
  /** The part that is looked at. */
  readonly brushed: TimeRange | undefined;
}

/** The bucket under the pointer, or the range that is being dragged. */
export type Pointed = { readonly bucket: number } | { readonly range: TimeRange };

export interface ChartEvents {
  readonly pointed: (at: Pointed | undefined) => void;
  readonly brush: (range: TimeRange) => void;
  readonly clear: () => void;
}

const height = 132;

/** The one place that knows the chart library, which is loaded when a group is opened. */
export function mountTimeChart(host: HTMLElement, first: ChartInput, events: ChartEvents) {
  let input = first;
  let plot = new uPlot(
    options(host, () => input, events),
    columns(input.data),
    host,
  );
  const resized = new ResizeObserver(() => {
    if (host.clientWidth === plot.width || host.clientWidth === 0) return;
    plot.setSize({ width: host.clientWidth, height });
  });
  resized.observe(host);
  return {
    update(next: ChartInput): void {
      const isSameShape =
        next.colours.join() === input.colours.join() &&
        next.data.series.length === input.data.series.length &&
        next.text === input.text &&
        next.data.unit === input.data.unit;
      input = next;
      if (isSameShape) plot.setData(columns(next.data));
      else {
        plot.destroy();
        plot = new uPlot(
          options(host, () => input, events),
          columns(next.data),
          host,
        );
      }
    },
    destroy(): void {
      resized.disconnect();
      plot.destroy();
    },
  };
}

/** Topmost first, so that each fill covers only what is its own; nothing starts at the end of the last. */
function columns(data: TimeSeries): uPlot.AlignedData {
  return [
    [...data.t],
    ...stacked(data)
      .reverse()
      .map((values) => [...values, null]),
  ];
}

/** A level line and a filled box for each bucket: what is known holds for all of it, and no further. */
function steps(plot: uPlot, index: number, first: number, last: number): uPlot.Series.Paths {
  const stroke = new Path2D();
  const fill = new Path2D();
  const t = plot.data[0];
  const values = plot.data[index];
  const x = (bucket: number) => Math.round(plot.valToPos(t[bucket] ?? 0, 'x', true));
  const bottom = plot.valToPos(0, 'y', true);
  let isRun = false;
  for (let bucket = first; bucket <= last && bucket + 1 < t.length; bucket++) {
    const value = values?.[bucket] ?? undefined;
    if (value !== undefined) {
      const top = Math.round(plot.valToPos(value, 'y', true));
      if (isRun) stroke.lineTo(x(bucket), top);
      else stroke.moveTo(x(bucket), top);
      stroke.lineTo(x(bucket + 1), top);
      fill.rect(x(bucket), top, x(bucket + 1) - x(bucket), bottom - top);
    }
    isRun = value !== undefined;
  }
  return { stroke, fill };
}

/** With every drawing: before the first, and until the next, the chart does not know where a moment lies. */
function showBrush(plot: uPlot, { brushed }: ChartInput): void {
  if (!brushed) {
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    return;
  }
  const left = Math.max(0, plot.valToPos(brushed.fromMs / 1000, 'x'));
  const right = Math.min(plot.over.clientWidth, plot.valToPos(brushed.toMs / 1000, 'x'));
  const width = Math.max(1, right - left);
  plot.setSelect({ left, top: 0, width, height: plot.over.clientHeight }, false);
}

function options(host: HTMLElement, now: () => ChartInput, events: ChartEvents): uPlot.Options {
  const { colours, text, grid, value, isBytes } = now();
  const axis = { stroke: text, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, size: 4 } };
  const font = '11px system-ui, sans-serif';
  return {
    width: Math.max(100, host.clientWidth),
    height,
    legend: { show: false },
    scales: {
      x: { time: true },
      y: { range: (_plot, _low, high) => [0, high > 0 ? high * 1.1 : 1] },
    },
    axes: [
      { ...axis, font, space: 80, size: 26, values: (_plot, ticks) => tickTexts(ticks) },
      {
        ...axis,
        font,
        size: 64,
        space: 34,
        ...(isBytes && { incrs: [...byteSteps] }),
        values: (_plot, ticks) => ticks.map(value),
      },
    ],
    series: [
      {},
      ...[...colours].reverse().map((colour) => ({
        stroke: colour,
        fill: `${colour}${colours.length > 1 ? 'cc' : '44'}`,
        width: 1.5,
        points: { show: false },
        paths: steps,
      })),
    ],
    cursor: {
      y: false,
      drag: { x: true, y: false, setScale: false },
      points: { show: false },
      bind: { dblclick: () => () => clear(events) },
    },
    hooks: {
      draw: [(plot) => markFew(plot, now().data, text), (plot) => showBrush(plot, now())],
      setCursor: [(plot) => events.pointed(pointedAt(plot, now().data))],
      setSelect: [(plot) => brushedBy(plot, now().data, events)],
    },
  };
}

const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});
const date = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });

/** Times of day; the date where a day begins. */
const tickTexts = (ticks: readonly number[]): string[] =>
  ticks.map((seconds) => {
    const at = new Date(seconds * 1000);
    const isMidnight = at.getHours() === 0 && at.getMinutes() === 0;
    return isMidnight ? date.format(at) : clock.format(at);
  });

function clear(events: ChartEvents): null {
  events.clear();
  return null;
}

/** Whole buckets: the store knows nothing finer. Undefined where less is selected than a hand trembles. */
function selectedRange(plot: uPlot, { t, stepMs }: TimeSeries): TimeRange | undefined {
  const { left, width } = plot.select;
  if (width < 4) return undefined;
  const ms = (at: number) => plot.posToVal(at, 'x') * 1000;
  const fromMs = Math.floor(ms(left) / stepMs) * stepMs;
  const toMs = Math.max(fromMs + stepMs, Math.ceil(ms(left + width) / stepMs) * stepMs);
  return { fromMs, toMs: Math.min(toMs, (t.at(-1) ?? 0) * 1000) };
}

function brushedBy(plot: uPlot, data: TimeSeries, events: ChartEvents): void {
  const range = selectedRange(plot, data);
  if (range) events.brush(range);
}

function pointedAt(plot: uPlot, data: TimeSeries): Pointed | undefined {
  const { left = -1, event } = plot.cursor;
  if (left < 0) return undefined;
  const range = event?.buttons === 1 ? selectedRange(plot, data) : undefined;
  if (range) return { range };
  const seconds = plot.posToVal(left, 'x');
  const bucket = data.t.findLastIndex((start) => start <= seconds);
  return bucket < 0 ? undefined : { bucket: Math.min(bucket, data.t.length - 2) };
}

/** A dotted foot under buckets with too few samples to be believed. */
function markFew(plot: uPlot, { t, isFew }: TimeSeries, colour: string): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.fillStyle = colour;
  isFew.forEach((is, bucket) => {
    if (!is) return;
    const from = plot.valToPos(t[bucket] ?? 0, 'x', true);
    const to = plot.valToPos(t[bucket + 1] ?? 0, 'x', true);
    for (let x = from + 2; x < to; x += 6) ctx.fillRect(x, bbox.top + bbox.height - 3, 2, 2);
  });
  ctx.restore();
}
