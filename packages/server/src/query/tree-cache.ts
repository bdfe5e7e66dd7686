import type { GroupId, ProfileStore, SeriesQuery, TreeAnswer } from '../storage/profile-store.ts';
import { tierMs } from '../storage/profile-store.ts';
import { fewAtOnce } from './few-at-once.ts';

export interface TreeCacheConfig {
  readonly store: Pick<ProfileStore, 'tree'>;
  readonly maxBytes: number;
  readonly now: () => number;
}

/** Merged trees that were asked for lately. One view asks for its tree several times: drawing, table, search. */
export interface TreeCache {
  tree(query: SeriesQuery): Promise<TreeAnswer>;
  /** What was stored of the group may have changed. */
  forget(group: GroupId): void;
  readonly bytes: number;
}

interface Entry {
  readonly answer: Promise<TreeAnswer>;
  readonly madeMs: number;
  bytes: number;
}

/** Retention and the byte budget change what a range holds without anyone writing to the group. */
const MAX_AGE_MS = 5 * 60_000;

/** A merge of a long range holds hundreds of megabytes, and each uses all cores there are. */
const MAX_MERGES = 3;
const MAX_WAITING = 100;

export function createTreeCache({ store, maxBytes, now }: TreeCacheConfig): TreeCache {
  /** Least recently used first. */
  const entries = new Map<string, Entry>();
  const versions = new Map<GroupId, number>();
  const few = fewAtOnce(MAX_MERGES, MAX_WAITING);
  let bytes = 0;

  const drop = (key: string, entry: Entry) => {
    if (entries.get(key) !== entry) return;
    entries.delete(key);
    bytes -= entry.bytes;
  };

  const keep = (key: string, entry: Entry, size: number) => {
    if (entries.get(key) !== entry) return;
    entry.bytes = size;
    bytes += size;
    for (const [oldKey, old] of entries) {
      if (bytes <= maxBytes) break;
      drop(oldKey, old);
    }
  };

  const ask = (key: string, query: SeriesQuery): Entry => {
    const answer = few(() => store.tree(query));
    const entry: Entry = { answer, madeMs: now(), bytes: 0 };
    entries.set(key, entry);
    answer.then(
      (tree) => keep(key, entry, bytesOf(tree)),
      () => drop(key, entry),
    );
    return entry;
  };

  return {
    tree(query) {
      const whole = wholeBuckets(query);
      const key = keyOf(whole, versions.get(query.group) ?? 0);
      const known = entries.get(key);
      if (known && now() - known.madeMs < MAX_AGE_MS) {
        entries.delete(key);
        entries.set(key, known);
        return known.answer;
      }
      if (known) drop(key, known);
      return ask(key, whole).answer;
    },
    forget(group) {
      versions.set(group, (versions.get(group) ?? 0) + 1);
    },
    get bytes() {
      return bytes;
    },
  };
}

/** The store reads whole buckets, so ranges within the same ones have the same answer: `-1h` stays one query for five minutes. */
function wholeBuckets(query: SeriesQuery): SeriesQuery {
  const step = tierMs.PT5M;
  return {
    ...query,
    fromMs: Math.floor(query.fromMs / step) * step,
    toMs: Math.ceil(query.toMs / step) * step,
  };
}

const keyOf = (query: SeriesQuery, version: number): string =>
  JSON.stringify([
    query.group,
    version,
    query.measure,
    query.states?.toSorted(),
    query.fromMs,
    query.toMs,
    Object.entries(query.labels ?? {})
      .map(([name, values]) => [name, values.toSorted()])
      .sort(),
  ]);

const NODE_BYTES = 17;
const FRAME_BYTES = 150;

const bytesOf = ({ tree }: TreeAnswer): number =>
  tree.length * (NODE_BYTES + 8 * tree.columns.length) + tree.frames.length * FRAME_BYTES;
