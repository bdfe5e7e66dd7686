import { Problem } from '@everflame/model';
import {
  type FrameSeries,
  type Tier,
  type TimeRange,
  tierMs,
  tiers,
} from '../storage/profile-store.ts';
import { JsonBytes } from './json-bytes.ts';

type KeptFrom = Readonly<Record<Tier, number>>;

/** Buckets of a tier that a range touches. */
const bucketsOf = ({ fromMs, toMs }: TimeRange, tier: Tier): number =>
  Math.ceil(toMs / tierMs[tier]) - Math.floor(fromMs / tierMs[tier]);

/** The tier asked for, or the finest coarser one that still has the whole range. */
export function keptTier(asked: Tier, { fromMs }: TimeRange, keptFrom: KeptFrom): Tier {
  const usable = tiers.slice(tiers.indexOf(asked));
  return usable.find((tier) => fromMs >= keptFrom[tier]) ?? 'P1D';
}

/** Ninety days of hours. */
const USUAL_POINTS = 2160;
const MAX_POINTS = 10_000;
/** Values that one answer may have of each kind: a hundred frames over the usual number of points. */
const MAX_VALUES = 100 * USUAL_POINTS;

/**
 * The finest tier that still has the whole range in a number of points that a screen can show; the one asked for, or
 * the next that is kept. Throws Problem('invalid-parameter') where that gives too much.
 */
export function frameTier(
  range: TimeRange & { readonly tier?: Tier | undefined; readonly frames: number },
  keptFrom: KeptFrom,
): Tier {
  const { frames } = range;
  const fine = tiers.find((tier) => bucketsOf(range, tier) <= USUAL_POINTS) ?? 'P1D';
  const tier = keptTier(range.tier ?? fine, range, keptFrom);
  const points = bucketsOf(range, tier);
  if (points > MAX_POINTS || points * frames > MAX_VALUES) {
    throw new Problem(
      'invalid-parameter',
      `${frames} frames in ${points} buckets of ${tier} are too much: ask for a coarser tier, a shorter range or fewer frames.`,
    );
  }
  return tier;
}

/** As it crosses the wire: a `FrameSeriesAnswer`. */
export function frameSeriesJson(
  { measure, t, frames, fromMs, toMs }: FrameSeries,
  tier: Tier,
): Uint8Array<ArrayBuffer> {
  const { id, unit } = measure;
  const about = { measure: id, unit, tier, stepMs: tierMs[tier], fromMs, toMs };
  const json = new JsonBytes().text(`${JSON.stringify(about).slice(0, -1)},"t":`).numbers(t);
  json
    .text(',"whole":')
    .numbers(frames[0]?.whole ?? [])
    .text(',"frames":[');
  for (const [index, { name, self, total }] of frames.entries()) {
    json.text(`${index > 0 ? ',' : ''}{"name":${JSON.stringify(name)},"self":`).numbers(self);
    json.text(',"total":').numbers(total).text('}');
  }
  return json.text(']}').done();
}
