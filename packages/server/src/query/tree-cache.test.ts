import { treeOf } from '@everflame/model';
import { expect, test } from 'vitest';
import type { SeriesQuery, TreeAnswer } from '../storage/profile-store.ts';
import { createTreeCache } from './tree-cache.ts';

const query = (more: Partial<SeriesQuery> = {}): SeriesQuery => ({
  group: 1,
  measure: 'cpu',
  fromMs: 0,
  toMs: 3_600_000,
  ...more,
});

function countingStore() {
  const asked: SeriesQuery[] = [];
  const tree = async (one: SeriesQuery): Promise<TreeAnswer> => {
    asked.push(one);
    if (one.measure === 'broken') throw new Error('disk');
    const { fromMs, toMs } = one;
    return { tree: treeOf('main'), count: 1, profiles: 1, fromMs, toMs, tier: 'PT5M' };
  };
  return { asked, tree };
}

const cacheOf = (store: ReturnType<typeof countingStore>, maxBytes = 1e6) => {
  const clock = { ms: 0 };
  return { clock, cache: createTreeCache({ store, maxBytes, now: () => clock.ms }) };
};

test('the same question is asked of the store once, also at the same time', async () => {
  const store = countingStore();
  const { cache } = cacheOf(store);
  await Promise.all([cache.tree(query()), cache.tree(query())]);
  await cache.tree(query({ fromMs: 10, toMs: 3_599_000 }));
  expect(store.asked).toHaveLength(1);
  expect(store.asked[0]).toMatchObject({ fromMs: 0, toMs: 3_600_000 });
});

test('another group, measure, state, label or range is another question', async () => {
  const store = countingStore();
  const { cache } = cacheOf(store);
  for (const more of [
    {},
    { group: 2 },
    { measure: 'wall' },
    { states: ['RUNNABLE' as const] },
    { labels: { a: ['1'] } },
    { labels: { a: ['1', '2'] } },
    { toMs: 3_600_001 },
  ]) {
    await cache.tree(query(more));
  }
  expect(store.asked).toHaveLength(7);
});

test('what was written to a group, and time, make its answers old', async () => {
  const store = countingStore();
  const { cache, clock } = cacheOf(store);
  await cache.tree(query());
  cache.forget(1);
  await cache.tree(query());
  cache.forget(2);
  await cache.tree(query());
  expect(store.asked).toHaveLength(2);
  clock.ms += 5 * 60_000;
  await cache.tree(query());
  expect(store.asked).toHaveLength(3);
});

test('a failure is not remembered', async () => {
  const store = countingStore();
  const { cache } = cacheOf(store);
  for (let i = 0; i < 2; i++)
    await expect(cache.tree(query({ measure: 'broken' }))).rejects.toThrow();
  expect(store.asked).toHaveLength(2);
  expect(cache.bytes).toBe(0);
});

test('the bytes kept are bounded, the least used go first', async () => {
  const store = countingStore();
  const { cache } = cacheOf(store, 3500);
  await cache.tree(query({ group: 1 }));
  await cache.tree(query({ group: 2 }));
  await cache.tree(query({ group: 1 }));
  await cache.tree(query({ group: 3 }));
  expect(cache.bytes).toBeLessThanOrEqual(3500);
  await cache.tree(query({ group: 1 }));
  expect(store.asked.map(({ group }) => group)).toEqual([1, 2, 3]);
});

const hour = 3_600_000;
const lastWeek = { fromMs: 100 * hour, toMs: 268 * hour };

test('an upload makes only the ranges old that it lies in', async () => {
  const store = countingStore();
  const { cache } = cacheOf(store);
  const asked = async () => {
    store.asked.length = 0;
    await cache.tree(query(lastWeek));
    return store.asked.length;
  };
  expect(await asked()).toBe(1);
  cache.forget(1, lastWeek.toMs);
  cache.forget(1, lastWeek.fromMs - 1);
  cache.forget(2, lastWeek.fromMs);
  expect(await asked()).toBe(0);
  cache.forget(1, lastWeek.fromMs);
  expect(await asked()).toBe(1);
  cache.forget(1, lastWeek.toMs - 1);
  expect(await asked()).toBe(1);
});

test('what was read in wider buckets than asked for is made old by all that lies in them', async () => {
  const store = countingStore();
  const wider = async (one: SeriesQuery) => ({ ...(await store.tree(one)), fromMs: 96 * hour });
  const cache = createTreeCache({ store: { tree: wider }, maxBytes: 1e6, now: () => 0 });
  await cache.tree(query(lastWeek));
  cache.forget(1, 97 * hour);
  await cache.tree(query(lastWeek));
  expect(store.asked).toHaveLength(2);
});

test('an upload that is committed while a tree is being read makes that tree old', async () => {
  const store = countingStore();
  const { cache } = cacheOf(store);
  const reading = cache.tree(query());
  cache.forget(1, 1);
  await reading;
  expect(cache.bytes).toBe(0);
  await cache.tree(query());
  expect(store.asked).toHaveLength(2);
  expect(cache.bytes).toBeGreaterThan(0);
});

test('answers with nothing in them cost what their questions do', async () => {
  const store = countingStore();
  const { cache } = cacheOf(store, 50_000);
  for (let i = 0; i < 20; i++) {
    await cache.tree(query({ labels: { a: [`${i}${'x'.repeat(5000)}`] } }));
  }
  expect(cache.bytes).toBeLessThanOrEqual(50_000);
  await cache.tree(query({ labels: { a: [`0${'x'.repeat(5000)}`] } }));
  expect(store.asked).toHaveLength(21);
});

/** A store whose trees are there when they are told to be, or not any more. */
function slowStore() {
  const reads: { readonly signal: AbortSignal; readonly finish: () => void }[] = [];
  const tree = ({ fromMs, toMs }: SeriesQuery, signal?: AbortSignal): Promise<TreeAnswer> =>
    new Promise((resolve, reject) => {
      if (!signal) throw new Error('The cache passes a signal.');
      signal.addEventListener('abort', () => reject(signal.reason));
      const answer = { tree: treeOf('main'), count: 1, profiles: 1, fromMs, toMs } as const;
      reads.push({ signal, finish: () => resolve({ ...answer, tier: 'PT5M' }) });
    });
  const cache = createTreeCache({ store: { tree }, maxBytes: 1e6, now: () => 0 });
  return { reads, cache };
}

test('a tree is read on while one of those who asked still waits, and stopped with the last', async () => {
  const { reads, cache } = slowStore();
  const [first, second] = [new AbortController(), new AbortController()];
  const answers = [first, second].map(({ signal }) => cache.tree(query(), signal));
  first.abort('left');
  await expect(answers[0]).rejects.toBe('left');
  expect(reads.map(({ signal }) => signal.aborted)).toEqual([false]);
  second.abort('left too');
  await expect(answers[1]).rejects.toBe('left too');
  expect(reads.map(({ signal }) => signal.aborted)).toEqual([true]);
  const again = cache.tree(query(), new AbortController().signal);
  expect(reads).toHaveLength(2);
  reads[1]!.finish();
  expect((await again).count).toBe(1);
});

test('who leaves after the answer has come changes nothing', async () => {
  const { reads, cache } = slowStore();
  const reader = new AbortController();
  const answer = cache.tree(query(), reader.signal);
  reads[0]!.finish();
  await answer;
  reader.abort();
  await cache.tree(query());
  expect(reads).toHaveLength(1);
  await expect(cache.tree(query(), AbortSignal.abort('gone'))).rejects.toBe('gone');
});
