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
    return { tree: treeOf('main'), count: 1, profiles: 1, fromMs: 0, toMs: 1, tier: 'PT5M' };
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
  const { cache } = cacheOf(store, 800);
  await cache.tree(query({ group: 1 }));
  await cache.tree(query({ group: 2 }));
  await cache.tree(query({ group: 1 }));
  await cache.tree(query({ group: 3 }));
  expect(cache.bytes).toBeLessThanOrEqual(800);
  await cache.tree(query({ group: 1 }));
  expect(store.asked.map(({ group }) => group)).toEqual([1, 2, 3]);
});
