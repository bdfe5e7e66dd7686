import { cpuStates, latencyStates, type ThreadState, threadStates } from '@everflame/model';
import { z } from 'zod';
import type { Needs } from '../../needs.ts';
import { keptTier } from '../../query/frame-series.ts';
import { JsonBytes } from '../../query/json-bytes.ts';
import type { Group } from '../../storage/catalog.ts';
import {
  type FrameColumn,
  type FrameSeries,
  type Tier,
  type TimeRange,
  tierMs,
} from '../../storage/profile-store.ts';
import { iso } from '../description.ts';
import { operation } from '../operation.ts';
import { AggregationPeriod, Period, Timestamp } from '../shapes.ts';
import { rangeAsked } from '../time-range.ts';
import { usualMeasure } from '../usual-measure.ts';

const MAX_METRICS = 500;
/** Frames that are answered where none are named. */
const HEAVIEST = 100;
const MAX_DAYS = 1;

/** As agents name them, and what each stands for: who does not tell states apart has spent the time running. */
const statesNamed = {
  RUNNABLE: ['RUNNABLE', 'UNKNOWN'],
  BLOCKED: ['BLOCKED'],
  NATIVE: ['NATIVE'],
  WAITING: ['WAITING'],
  TIMED_WAITING: ['TIMED_WAITING'],
  IDLE: ['IDLE'],
  // What agents count that leave it to the server to tell states apart: all time.
  WALL_TIME: threadStates,
} as const satisfies Readonly<Record<string, readonly ThreadState[]>>;

const StateName = z.enum(Object.keys(statesNamed) as (keyof typeof statesNamed)[]);

const FrameMetric = z.object({
  frameName: z.string().min(1),
  threadStates: z.array(StateName).max(50),
  type: z.enum(['AggregatedRelativeTotalTime']),
});
type FrameMetric = z.output<typeof FrameMetric>;

const cpuView = StateName.options.filter((name) => cpuStates.includes(name as ThreadState));

/**
 * A value is the share, in per cent, of the time of the whole group in the given states that was spent in the frame
 * or below it, each path counted once; no states are all but IDLE. Buckets without a profile are no zeros: they are
 * left out of `endTimes` and listed as unprocessed. Without metrics, the heaviest frames are answered in the CPU view.
 */
export const batchGetFrameMetricData = operation({
  name: 'BatchGetFrameMetricData',
  method: 'POST',
  path: '/profilingGroups/{profilingGroupName}/frames/-/metrics',
  right: 'read',
  query: z.object({
    startTime: Timestamp.optional(),
    endTime: Timestamp.optional(),
    period: Period.optional(),
    targetResolution: AggregationPeriod.optional(),
  }),
  body: z.object({ frameMetrics: z.array(FrameMetric).max(MAX_METRICS).optional() }),
  answer: async ({ needs, query, body, group: groupOf }) => {
    const group = await groupOf();
    const range = await rangeAsked(query, MAX_DAYS, { group, needs });
    const tier = keptTier(query.targetResolution ?? 'PT5M', range, await needs.store.keptFrom());
    const metrics = body.frameMetrics ?? (await heaviest(group, range, needs));
    const series = await seriesOf(metrics, { group, tier, ...range }, needs);
    return new Response(answerBytes(series, metrics, tier), {
      headers: { 'content-type': 'application/json' },
    });
  },
});

async function heaviest(
  group: Group,
  range: TimeRange,
  needs: Needs,
): Promise<readonly FrameMetric[]> {
  const names = await needs.store.heaviestFrames({
    ...{ group: group.id, measure: await usualMeasure(group, range, needs), ...range },
    ...{ states: cpuStates, limit: HEAVIEST },
  });
  return names.map((frameName) => ({
    ...{ frameName, threadStates: cpuView, type: 'AggregatedRelativeTotalTime' },
  }));
}

/** Of wall time first: whether the group has any is seen from the series, and need not be asked. */
async function seriesOf(
  metrics: readonly FrameMetric[],
  { group, ...where }: TimeRange & { readonly group: Group; readonly tier: Tier },
  needs: Needs,
): Promise<FrameSeries> {
  const frames = metrics.map(({ frameName, threadStates: names }) => ({
    name: frameName,
    states: statesOf(names),
  }));
  const query = { group: group.id, ...where, frames };
  const ofWall = await needs.frames.series({ ...query, measure: 'wall' });
  if (ofWall.t.length > 0) return ofWall;
  const measure = await usualMeasure(group, where, needs);
  return measure === 'wall' ? ofWall : needs.frames.series({ ...query, measure });
}

const statesOf = (names: FrameMetric['threadStates']): readonly ThreadState[] =>
  names.length === 0 ? latencyStates : [...new Set(names.flatMap((name) => statesNamed[name]))];

/** Ends of the buckets that hold profiles, and of the others in the range. */
function endTimes({ t, fromMs, toMs }: FrameSeries, tier: Tier) {
  const step = tierMs[tier];
  const ends = (starts: readonly number[]) => starts.map((ms) => ({ value: iso(ms + step) }));
  const present = new Set(t);
  const all = Array.from({ length: (toMs - fromMs) / step }, (_, index) => fromMs + index * step);
  const missing = all.filter((start) => !present.has(start));
  return {
    endTimes: ends(t),
    unprocessedEndTimes: missing.length === 0 ? {} : { NoProfiles: ends(missing) },
  };
}

function answerBytes(
  series: FrameSeries,
  metrics: readonly FrameMetric[],
  tier: Tier,
): Uint8Array<ArrayBuffer> {
  const about = {
    startTime: iso(series.fromMs),
    endTime: iso(series.toMs),
    resolution: tier,
    ...endTimes(series, tier),
  };
  const json = new JsonBytes().text(`${JSON.stringify(about).slice(0, -1)},"frameMetricData":[`);
  for (const [index, column] of series.frames.entries()) {
    const metric = JSON.stringify(metrics[index]);
    json.text(`${index > 0 ? ',' : ''}{"frameMetric":${metric},"values":`);
    json.millionths(percents(column)).text('}');
  }
  return json.text(']}').done();
}

/** In millionths of a per cent: finer than any number of samples, and shorter to write than what a division gives. */
const percents = ({ total, whole }: FrameColumn): Float64Array =>
  total.map((value, index) =>
    value === 0 ? 0 : Math.round((value / (whole[index] ?? value)) * 1e8),
  );
