import {
  type FrameColumn,
  type FrameQuery,
  type FrameSeries,
  type FrameWish,
  type GroupId,
  type ProfileStore,
  type Tier,
  tierMs,
} from '../storage/profile-store.ts';
import { AnswerCache } from './answer-cache.ts';
import { fewAtOnce } from './few-at-once.ts';

type SeriesQuestion = FrameQuery & { readonly tier: Tier; readonly frames: readonly FrameWish[] };

/**
 * Series that were asked for lately: a page asks for the same ones again and again. What is over is kept apart from
 * the last hour or day, which every profile that comes in changes.
 */
export interface FrameSeriesCache {
  series(query: SeriesQuestion): Promise<FrameSeries>;
  /** What was stored of the group at a moment, or at any without it, may have changed. */
  forget(group: GroupId, atMs?: number): void;
  readonly bytes: number;
}

/** Profiles arrive after the time that they speak of; later ones make what is kept be forgotten. */
const SETTLED_MS = 10 * 60_000;

/** Each uses all cores there are; those that wait hold no more than their question. */
const MAX_READS = 4;
const MAX_WAITING = 500;

export function createFrameSeriesCache({
  store,
  maxBytes,
  now,
}: {
  readonly store: Pick<ProfileStore, 'frameSeries'>;
  readonly maxBytes: number;
  readonly now: () => number;
}): FrameSeriesCache {
  const cache = new AnswerCache<FrameSeries>({ maxBytes, now, bytesOf });
  const few = fewAtOnce(MAX_READS, MAX_WAITING);
  const read = (query: SeriesQuestion): Promise<FrameSeries> => {
    const { group, measure, tier, frames, ...range } = query;
    const { fromMs, toMs } = range;
    const wishes = frames.map(({ name, states }) => [name, states?.join(' ')]);
    const key = JSON.stringify([group, measure, tier, fromMs, toMs, wishes]);
    return cache.answer({ key, group, range }, () => few(() => store.frameSeries(query)));
  };
  return {
    async series(asked) {
      const query = wholeBuckets(asked);
      const splitMs = down(now() - SETTLED_MS, Math.max(tierMs.PT1H, tierMs[query.tier]));
      if (splitMs <= query.fromMs || splitMs >= query.toMs) return read(query);
      const [past, last] = await Promise.all([
        read({ ...query, toMs: splitMs }),
        read({ ...query, fromMs: splitMs }),
      ]);
      return joined(past, last);
    },
    forget: (group, atMs) => cache.forget(group, atMs),
    get bytes() {
      return cache.bytes;
    },
  };
}

const down = (ms: number, step: number): number => Math.floor(ms / step) * step;

function wholeBuckets(query: SeriesQuestion): SeriesQuestion {
  const step = tierMs[query.tier];
  return { ...query, fromMs: down(query.fromMs, step), toMs: -down(-query.toMs, step) };
}

/** One series after the other, of the same frames. */
function joined(past: FrameSeries, last: FrameSeries): FrameSeries {
  const wholes = new Map<Float64Array, Float64Array>();
  const frames = past.frames.map((before, index): FrameColumn => {
    const after = last.frames[index] ?? before;
    const whole = wholes.get(before.whole) ?? concatenated(before.whole, after.whole);
    wholes.set(before.whole, whole);
    return {
      name: before.name,
      self: concatenated(before.self, after.self),
      total: concatenated(before.total, after.total),
      whole,
    };
  });
  const { measure, fromMs } = past;
  return { measure, frames, t: [...past.t, ...last.t], fromMs, toMs: last.toMs };
}

function concatenated(one: Float64Array, other: Float64Array): Float64Array {
  const both = new Float64Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

/** Of an answer and of each frame, beside their numbers. */
const ENTRY_BYTES = 1000;
const FRAME_BYTES = 500;

const bytesOf = (key: string, { t, frames }: FrameSeries): number =>
  ENTRY_BYTES +
  2 * key.length +
  frames.length * FRAME_BYTES +
  8 * t.length * (2 + 2 * frames.length);
