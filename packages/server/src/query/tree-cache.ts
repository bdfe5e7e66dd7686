import { frameBytes } from '../frame-bytes.ts';
import type {
  GroupId,
  ProfileStore,
  SeriesQuery,
  TimeRange,
  TreeAnswer,
} from '../storage/profile-store.ts';
import { tierMs } from '../storage/profile-store.ts';
import { fewAtOnce } from './few-at-once.ts';

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

interface Entry {
  readonly key: string;
  readonly group: GroupId;
  readonly answer: Promise<TreeAnswer>;
  readonly oldFromMs: number;
  readonly stop: AbortController;
  /** Who waits for it. */
  readers: number;
  /** What the answer may hold: whole days until it is known what was read. */
  range: TimeRange;
  bytes: number;
}

/** Retention and the byte budget change what a range holds without anyone writing to the group. */
const MAX_AGE_MS = 5 * 60_000;

/** A merge of a long range holds hundreds of megabytes, and each uses all cores there are. */
const MAX_MERGES = 3;
const MAX_WAITING = 100;

export function createTreeCache({ store, maxBytes, now }: TreeCacheConfig): TreeCache {
  const entries = new Entries(maxBytes);
  const few = fewAtOnce(MAX_MERGES, MAX_WAITING);

  return {
    tree(query, signal) {
      const whole = wholeBuckets(query);
      const key = keyOf(whole);
      const known = entries.find(key, now());
      if (known) return entries.read(known, signal);
      const stop = new AbortController();
      const answer = few(() => store.tree(whole, stop.signal));
      const oldFromMs = now() + MAX_AGE_MS;
      const { group } = whole;
      const entry: Entry = {
        ...{ key, group, answer, oldFromMs, stop },
        ...{ readers: 0, range: wholeDays(whole), bytes: 0 },
      };
      entries.add(entry);
      return entries.read(entry, signal);
    },
    forget: (group, atMs) => entries.forget(group, atMs),
    get bytes() {
      return entries.bytes;
    },
  };
}

/** Answers within a number of bytes; the one used longest ago goes first. */
class Entries {
  bytes = 0;
  readonly #maxBytes: number;
  /** Least recently used first. */
  readonly #byKey = new Map<string, Entry>();
  readonly #byGroup = new Map<GroupId, Set<Entry>>();

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  find(key: string, nowMs: number): Entry | undefined {
    const entry = this.#byKey.get(key);
    if (!entry) return undefined;
    this.#byKey.delete(key);
    this.#byKey.set(key, entry);
    if (nowMs < entry.oldFromMs) return entry;
    this.#drop(entry);
    return undefined;
  }

  add(entry: Entry): void {
    const ofGroup = this.#byGroup.get(entry.group) ?? new Set();
    this.#byGroup.set(entry.group, ofGroup.add(entry));
    this.#byKey.set(entry.key, entry);
    entry.answer.then(
      (answer) => this.#settle(entry, answer),
      () => this.#drop(entry),
    );
  }

  /** Waits for an answer as long as the reader does. */
  read(entry: Entry, signal: AbortSignal | undefined): Promise<TreeAnswer> {
    entry.readers++;
    if (!signal) return entry.answer;
    return new Promise((resolve, reject) => {
      const leave = () => {
        reject(signal.reason);
        if (--entry.readers > 0) return;
        this.#drop(entry);
        entry.stop.abort(signal.reason);
      };
      if (signal.aborted) {
        leave();
        return;
      }
      signal.addEventListener('abort', leave, { once: true });
      entry.answer.finally(() => signal.removeEventListener('abort', leave)).then(resolve, reject);
    });
  }

  forget(group: GroupId, atMs: number | undefined): void {
    for (const entry of this.#byGroup.get(group) ?? []) {
      const { fromMs, toMs } = entry.range;
      if (atMs === undefined || (fromMs <= atMs && atMs < toMs)) this.#drop(entry);
    }
  }

  #settle(entry: Entry, answer: TreeAnswer): void {
    if (this.#byKey.get(entry.key) !== entry) return;
    entry.range = answer;
    entry.bytes = bytesOf(entry.key, answer);
    this.bytes += entry.bytes;
    for (const oldest of this.#byKey.values()) {
      if (this.bytes <= this.#maxBytes) break;
      this.#drop(oldest);
    }
  }

  #drop(entry: Entry): void {
    if (this.#byKey.get(entry.key) !== entry) return;
    this.#byKey.delete(entry.key);
    this.bytes -= entry.bytes;
    const ofGroup = this.#byGroup.get(entry.group);
    ofGroup?.delete(entry);
    if (ofGroup?.size === 0) this.#byGroup.delete(entry.group);
  }
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

/** What is kept in days alone is answered in whole ones. */
const wholeDays = ({ fromMs, toMs }: TimeRange): TimeRange => ({
  fromMs: Math.floor(fromMs / tierMs.P1D) * tierMs.P1D,
  toMs: Math.ceil(toMs / tierMs.P1D) * tierMs.P1D,
});

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
