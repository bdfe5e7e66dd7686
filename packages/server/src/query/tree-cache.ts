import { frameBytes } from '../frame-bytes.ts';
import type { GroupId, ProfileStore, SeriesQuery, TreeAnswer } from '../storage/profile-store.ts';
import { tierMs } from '../storage/profile-store.ts';
import { AnswerCache } from './answer-cache.ts';
import { fewAtOnce } from './few-at-once.ts';
import { wholeBuckets } from './whole-buckets.ts';

export interface TreeCacheConfig {
  readonly store: Pick<ProfileStore, 'tree'>;
  readonly maxBytes: number;
  readonly now: () => number;
}

/**
 * Merged trees that were asked for lately. One view asks for its tree several times: drawing, table, search. A long
 * range is read anew after each upload: to keep its closed hours apart and merge them with the last one here took
 * 2.6 times as long as letting the store read a week of 370,000 nodes.
 */
export interface TreeCache {
  /**
   * `signal`: of whoever asks. A tree that nobody waits for any more is not read to its end; rejects with the
   * signal's reason.
   */
  tree(query: SeriesQuery, signal?: AbortSignal): Promise<TreeAnswer>;
  /** What was stored of the group at a moment, or at any without it, may have changed. */
  forget(group: GroupId, atMs?: number): void;
  readonly bytes: number;
}

/** A merge of a long range holds hundreds of megabytes, and each uses all cores there are. */
const MAX_MERGES = 3;
const MAX_WAITING = 100;

export function createTreeCache({ store, maxBytes, now }: TreeCacheConfig): TreeCache {
  const cache = new AnswerCache<TreeAnswer>({ maxBytes, now, bytesOf });
  const few = fewAtOnce(MAX_MERGES, MAX_WAITING);

  return {
    tree(query, signal) {
      // The store reads whole buckets, so `-1h` stays one query for five minutes.
      const whole = wholeBuckets(query, tierMs.PT5M);
      const question = { key: keyOf(whole), group: whole.group, range: whole };
      return cache.answer(question, (stop) => few(() => store.tree(whole, stop)), signal);
    },
    forget: (group, atMs) => cache.forget(group, atMs),
    get bytes() {
      return cache.bytes;
    },
  };
}

const keyOf = (query: SeriesQuery): string =>
  JSON.stringify([
    query.group,
    query.measure,
    query.states?.toSorted(),
    query.fromMs,
    query.toMs,
    Object.entries(query.labels ?? {})
      .map(([name, values]) => [name, values.toSorted()])
      .sort(),
  ]);

const NODE_BYTES = 17;
/** Of an answer beside its tree: many small ones, each with a long key, must not fill memory either. */
const ENTRY_BYTES = 1000;

const bytesOf = (key: string, { tree }: TreeAnswer): number =>
  ENTRY_BYTES +
  2 * key.length +
  tree.length * (NODE_BYTES + 8 * tree.columns.length) +
  frameBytes(tree.frames);
