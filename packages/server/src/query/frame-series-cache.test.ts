import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type FrameSeries, type Tier, tierMs } from '../storage/profile-store.ts';
import { createFrameSeriesCache } from './frame-series-cache.ts';

const { PT5M: minutes5, PT1H: hour, P1D: day } = tierMs;
const noon = Date.UTC(2026, 5, 1, 12);
const measure = { id: 'cpu', unit: 'ns', temporality: 'delta' } as const;

/** A store in which every bucket but each fifth has data: for the n-th frame its number times n, of its number times 100. */
function countingStore() {
  const reads: string[] = [];
  const clockOf = (ms: number) => new Date(ms).toISOString().slice(8, 16);
  return {
    reads,
    version: 1,
    async frameSeries(query: {
      readonly fromMs: number;
      readonly toMs: number;
      readonly tier: Tier;
      readonly frames: readonly { readonly name: string }[];
    }): Promise<FrameSeries> {
      const { fromMs, toMs, tier, frames } = query;
      reads.push(`${clockOf(fromMs)} ${clockOf(toMs)}`);
      const t: number[] = [];
      for (let at = fromMs; at < toMs; at += tierMs[tier])
        if (at % (5 * minutes5) !== 0) t.push(at);
      const column = (times: number) => Float64Array.from(t, (at) => (at / minutes5) * times);
      const whole = column(100);
      return {
        ...{ measure, t, fromMs, toMs },
        frames: frames.map(({ name }, nth) => ({
          ...{ name, self: column(nth), total: column(nth * this.version), whole },
        })),
      };
    },
  };
}

const opened = (maxBytes = 1e6) => {
  const store = countingStore();
  const clock = { ms: noon };
  return { store, clock, cache: createFrameSeriesCache({ store, maxBytes, now: () => clock.ms }) };
};

const frames = [{ name: 'main' }, { name: 'walk', states: ['RUNNABLE'] as const }];
const lastDay = { group: 1, measure: 'cpu', tier: 'PT5M', frames } as const;
const range = { fromMs: noon - day, toMs: noon };

test('a series in parts is the series in one, whatever the range, tier and time', async () => {
  const anyAsked = fc.record({
    tier: fc.constantFrom<Tier>('PT5M', 'PT1H', 'P1D'),
    from: fc.integer({ min: -200, max: 20 }),
    length: fc.integer({ min: 1, max: 300 }),
  });
  await fc.assert(
    fc.asyncProperty(anyAsked, async ({ tier, from, length }) => {
      const { store, cache } = opened();
      const fromMs = noon + from * 17 * 60_000;
      const query = { ...lastDay, tier, fromMs, toMs: fromMs + length * 13 * 60_000 };
      const step = tierMs[tier];
      const whole = {
        ...query,
        fromMs: Math.floor(query.fromMs / step) * step,
        toMs: Math.ceil(query.toMs / step) * step,
      };
      expect(await cache.series(query)).toEqual(await store.frameSeries(whole));
    }),
  );
});

test('what is over is read once; the last hour again after each profile of it', async () => {
  const { store, cache } = opened();
  await cache.series({ ...lastDay, ...range });
  await cache.series({ ...lastDay, ...range });
  expect(store.reads).toEqual(['31T12:00 01T12:00']);
  store.version = 2;
  cache.forget(1, noon - 60_000);
  const { frames: answered, t } = await cache.series({ ...lastDay, ...range });
  expect(store.reads.slice(1)).toEqual(['01T11:00 01T12:00']);
  expect(answered[1]?.total.at(-1)).toBe((t.at(-1)! / minutes5) * 2);
  cache.forget(1, noon - 3 * hour);
  cache.forget(2);
  await cache.series({ ...lastDay, ...range });
  expect(store.reads.slice(2)).toEqual(['31T12:00 01T12:00']);
});

test('other frames, states, measures and groups are other questions', async () => {
  const { store, cache } = opened();
  for (const other of [
    {},
    { frames: [{ name: 'main' }] },
    { frames: [{ name: 'main' }, { name: 'walk' }] },
    { measure: 'wall' },
    { group: 2 },
  ]) {
    await cache.series({ ...lastDay, ...range, ...other });
  }
  expect(store.reads).toHaveLength(5);
});

test('past its bytes the one used longest ago goes, and all after five minutes', async () => {
  const small = opened(50_000);
  for (const group of [1, 2, 3, 4, 5, 6, 7, 8]) {
    await small.cache.series({ ...lastDay, ...range, group });
    expect(small.cache.bytes).toBeLessThanOrEqual(50_000);
  }
  const { store, clock, cache } = opened();
  await cache.series({ ...lastDay, ...range });
  clock.ms += 5 * 60_000;
  await cache.series({ ...lastDay, ...range });
  expect(store.reads).toHaveLength(2);
});
