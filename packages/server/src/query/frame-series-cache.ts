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
import { bucketStart, wholeBuckets } from './whole-buckets.ts';

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

/** Each uses all cores there are, and appends need a thread as well; those that wait hold no more than their question. */
const MAX_READS = 2;
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
  const read = (query: SeriesQuestion) => few(() => store.frameSeries(query));
  return {
    async series(asked) {
      const query = wholeBuckets(asked, tierMs[asked.tier]);
      const { fromMs, toMs } = query;
      const splitMs = bucketStart(now() - SETTLED_MS, Math.max(tierMs.PT1H, tierMs[query.tier]));
      if (splitMs <= fromMs || splitMs >= toMs) {
        return cache.answer(questionOf(query), () => read(query));
      }
      // Where nothing is there yet, both are read in one: a question costs the engine more than its rows.
      let both: Promise<FrameSeries> | undefined;
      const past = cache.answer(questionOf({ ...query, toMs: splitMs }), async () => {
        both = read(query);
        return part(await both, fromMs, splitMs);
      });
      const lastHour = { ...query, fromMs: splitMs };
      const last = cache.answer(questionOf(lastHour), async () =>
        both === undefined ? read(lastHour) : part(await both, splitMs, toMs),
      );
      return joined(...(await Promise.all([past, last])));
    },
    forget: (group, atMs) => cache.forget(group, atMs),
    get bytes() {
      return cache.bytes;
    },
  };
}

function questionOf({ group, measure, tier, frames, ...range }: SeriesQuestion) {
  const wishes = frames.map(({ name, states }) => [name, states?.join(' ')]);
  const { fromMs, toMs } = range;
  return { key: JSON.stringify([group, measure, tier, fromMs, toMs, wishes]), group, range };
}

/** What a series has between two times. */
function part({ measure, t, frames }: FrameSeries, fromMs: number, toMs: number): FrameSeries {
  const first = t.filter((at) => at < fromMs).length;
  const end = t.filter((at) => at < toMs).length;
  const cut = (column: Float64Array) => column.subarray(first, end);
  return { ...{ measure, fromMs, toMs }, t: t.slice(first, end), frames: eachColumn(frames, cut) };
}

/** One series after the other, of the same frames. */
function joined(past: FrameSeries, last: FrameSeries): FrameSeries {
  const { measure, fromMs } = past;
  const after = new Map<Float64Array, Float64Array>();
  for (const [index, { self, total, whole }] of past.frames.entries()) {
    const next = last.frames[index];
    if (!next) continue;
    after.set(self, next.self).set(total, next.total).set(whole, next.whole);
  }
  const extended = (column: Float64Array) => concatenated(column, after.get(column) ?? empty);
  const frames = eachColumn(past.frames, extended);
  return { measure, frames, t: [...past.t, ...last.t], fromMs, toMs: last.toMs };
}

const empty = new Float64Array();

/** Frames in the same states have one column of what they are shares of, and still have after. */
function eachColumn(
  frames: readonly FrameColumn[],
  change: (column: Float64Array) => Float64Array,
): FrameColumn[] {
  const wholes = new Map<Float64Array, Float64Array>();
  return frames.map(({ name, self, total, whole }) => {
    const changed = wholes.get(whole) ?? change(whole);
    wholes.set(whole, changed);
    return { name, self: change(self), total: change(total), whole: changed };
  });
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
