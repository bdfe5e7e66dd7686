import type { GroupId, TimeRange } from '../storage/profile-store.ts';
import { tierMs } from '../storage/profile-store.ts';
import { wholeBuckets } from './whole-buckets.ts';

export interface AnswerCacheConfig<Answer> {
  readonly maxBytes: number;
  readonly now: () => number;
  readonly bytesOf: (key: string, answer: Answer) => number;
}

/** What is asked for; equal keys are the same question. */
export interface Question {
  readonly key: string;
  readonly group: GroupId;
  readonly range: TimeRange;
}

interface Entry<Answer> {
  readonly key: string;
  readonly group: GroupId;
  readonly answer: Promise<Answer>;
  readonly oldFromMs: number;
  readonly stop: AbortController;
  /** Who waits for it. */
  readers: number;
  /** What the answer may hold: whole days until it is known what was read, for what is kept in days alone is answered in them. */
  range: TimeRange;
  bytes: number;
}

/** Retention and the byte budget change what a range holds without anyone writing to the group. */
const MAX_AGE_MS = 5 * 60_000;

/** Answers of the store within a number of bytes; the one used longest ago goes first. */
export class AnswerCache<Answer extends TimeRange> {
  readonly #config: AnswerCacheConfig<Answer>;
  #bytes = 0;
  /** Least recently used first. */
  readonly #byKey = new Map<string, Entry<Answer>>();
  readonly #byGroup = new Map<GroupId, Set<Entry<Answer>>>();

  constructor(config: AnswerCacheConfig<Answer>) {
    this.#config = config;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /**
   * `signal`: of whoever asks. What nobody waits for any more is not read to its end; rejects with the signal's
   * reason.
   */
  answer(
    question: Question,
    read: (signal: AbortSignal) => Promise<Answer>,
    signal?: AbortSignal,
  ): Promise<Answer> {
    const { key, group, range } = question;
    const nowMs = this.#config.now();
    const known = this.#find(key, nowMs);
    if (known) return this.#read(known, signal);
    const stop = new AbortController();
    const entry: Entry<Answer> = {
      ...{ key, group, stop, answer: read(stop.signal), oldFromMs: nowMs + MAX_AGE_MS },
      ...{ readers: 0, range: wholeBuckets(range, tierMs.P1D), bytes: 0 },
    };
    this.#add(entry);
    return this.#read(entry, signal);
  }

  /** What was stored of the group at a moment, or at any without it, may have changed. */
  forget(group: GroupId, atMs?: number): void {
    for (const entry of this.#byGroup.get(group) ?? []) {
      const { fromMs, toMs } = entry.range;
      if (atMs === undefined || (fromMs <= atMs && atMs < toMs)) this.#drop(entry);
    }
  }

  #find(key: string, nowMs: number): Entry<Answer> | undefined {
    const entry = this.#byKey.get(key);
    if (!entry) return undefined;
    this.#byKey.delete(key);
    this.#byKey.set(key, entry);
    if (nowMs < entry.oldFromMs) return entry;
    this.#drop(entry);
    return undefined;
  }

  #add(entry: Entry<Answer>): void {
    const ofGroup = this.#byGroup.get(entry.group) ?? new Set();
    this.#byGroup.set(entry.group, ofGroup.add(entry));
    this.#byKey.set(entry.key, entry);
    entry.answer.then(
      (answer) => this.#settle(entry, answer),
      () => this.#drop(entry),
    );
  }

  /** Waits for an answer as long as the reader does. */
  #read(entry: Entry<Answer>, signal: AbortSignal | undefined): Promise<Answer> {
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

  #settle(entry: Entry<Answer>, answer: Answer): void {
    if (this.#byKey.get(entry.key) !== entry) return;
    const { maxBytes, bytesOf } = this.#config;
    entry.range = answer;
    entry.bytes = bytesOf(entry.key, answer);
    this.#bytes += entry.bytes;
    for (const oldest of this.#byKey.values()) {
      if (this.#bytes <= maxBytes) break;
      this.#drop(oldest);
    }
  }

  #drop(entry: Entry<Answer>): void {
    if (this.#byKey.get(entry.key) !== entry) return;
    this.#byKey.delete(entry.key);
    this.#bytes -= entry.bytes;
    const ofGroup = this.#byGroup.get(entry.group);
    ofGroup?.delete(entry);
    if (ofGroup?.size === 0) this.#byGroup.delete(entry.group);
  }
}
