import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { draw } from '@everflame/model';
import { expect, onTestFinished, test } from 'vitest';
import { tierFor } from '../../query/timeline.ts';
import { preparedProfile, uploadOf } from '../prepared-profile-fixture.ts';
import { defaultRetention, type Retention, tierMs } from '../profile-store.ts';
import { openProfileStore } from './open-profile-store.ts';

const { PT1H: hour, P1D: day } = tierMs;
const midnight = Date.UTC(2026, 5, 1);

async function opened(retention: Retention) {
  const folder = await mkdtemp(join(tmpdir(), 'everflame-budget-'));
  const store = await openProfileStore({ folder, retention, now: () => midnight });
  onTestFinished(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });
  return { store, folder };
}

/** Rows of a table of a store that was closed. */
async function rowsIn(folder: string, table: string): Promise<number> {
  const instance = await DuckDBInstance.create(join(folder, 'profiles.duckdb'));
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll(`SELECT count(*) FROM ${table}`);
  connection.closeSync();
  instance.closeSync();
  return Number(reader.getRows()[0]?.[0]);
}

/** Random weights do not compress, so that a day has a size to speak of. */
function anyProfile(functions: number, prefix: string) {
  const stacks = Array.from(
    { length: functions },
    (_, index) => `main;${prefix}${index} ${1 + Math.floor(Math.random() * 1e12)}`,
  );
  return preparedProfile({ stacks: stacks.join('\n') });
}

test('under load that never ends the folder stays within its budget, and the newest day is kept', async () => {
  const budgetBytes = 12 * 2 ** 20;
  const { store } = await opened({ ...defaultRetention, budgetBytes });
  const sizes: number[] = [];
  const days = 14;
  for (let at = 0; at < days; at++) {
    for (let part = 0; part < 8; part++) {
      const startMs = midnight + at * day + part * 3 * hour;
      await store.append([uploadOf(anyProfile(4500, 'f'), { startMs })]);
    }
    await store.maintain(midnight + (at + 1) * day + hour);
    const { bytes, fileBytes } = await store.usage();
    expect(bytes).toBeLessThanOrEqual(budgetBytes);
    sizes.push(fileBytes);
  }
  // Space is used again. A checkpoint writes what it changes beside the old, hence more than the budget.
  expect(Math.max(...sizes)).toBeLessThan(budgetBytes * 2);
  const query = { group: 1, fromMs: midnight, toMs: midnight + days * day };
  const starts = (tier: 'PT5M' | 'PT1H' | 'P1D') =>
    store.bucketStarts(1, { ...query, tier, order: 'ascending', limit: 10_000 });
  const [finest = 0] = await starts('PT5M');
  const [hours = 0] = await starts('PT1H');
  expect(finest).toBeGreaterThan(midnight);
  expect(finest).toBeGreaterThanOrEqual(hours);
  expect((await starts('PT5M')).at(-1)).toBe(midnight + days * day - 3 * hour);
  const kept = await store.keptFrom();
  expect(kept.PT5M).toBeGreaterThan(midnight);
  expect(kept.PT5M).toBeLessThanOrEqual(finest);
  expect(kept.PT1H).toBeLessThanOrEqual(kept.PT5M);
  // A time line of a day that the finest tier lost has no gap where a coarser tier has it.
  const lost = { ...query, fromMs: kept.PT5M - day, toMs: kept.PT5M };
  const tier = tierFor(lost, kept);
  expect(tier).not.toBe('PT5M');
  expect(await store.timeline({ ...lost, measure: 'cpu', tier })).not.toEqual([]);
  // What the finest tier lost is still in a coarser one.
  expect((await store.tree({ ...query, measure: 'cpu', toMs: finest })).profiles).toBeGreaterThan(
    0,
  );
});

test('code that is not run any more leaves the dictionary with the last day that knew it', async () => {
  const daysOf = { PT5M: 2, PT1H: 4, P1D: 6 };
  const { store, folder } = await opened({ ...defaultRetention, daysOf });
  const labels = { version: 'old' };
  const old = preparedProfile({ stacks: 'main;old1 1\nmain;old2;old3 1', labels });
  await store.append([uploadOf(old, { startMs: midnight })]);
  const profile = preparedProfile({ stacks: 'main;new 1' });
  await store.append([uploadOf(profile, { startMs: midnight + 5 * day })]);
  await store.maintain(midnight + 8 * day);
  const query = { group: 1, measure: 'cpu', fromMs: midnight, toMs: midnight + 30 * day };
  expect(draw((await store.tree(query)).tree)).toBe('main 1\n  new 1');
  // One of them comes back.
  const back = preparedProfile({ stacks: 'main;old2 3\nmain;new 1' });
  await store.append([uploadOf(back, { startMs: midnight + 8 * day })]);
  expect(draw((await store.tree(query)).tree)).toBe('main 5\n  old2 3\n  new 2');
  await store.close();
  expect(await rowsIn(folder, 'nodes')).toBe(3);
  expect(await rowsIn(folder, 'frames')).toBe(3);
  expect(await rowsIn(folder, 'label_sets')).toBe(0);
});
