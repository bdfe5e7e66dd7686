import { expect, test } from 'vitest';
import type { Group } from '../storage/catalog.ts';
import { preparedProfile, uploadOf } from '../storage/prepared-profile-fixture.ts';
import { tierMs } from '../storage/profile-store.ts';
import { createGroup, noon, openUnderTest } from '../under-test.ts';
import { latestBucket } from './description.ts';

test('the latest aggregated profile is of the finest period that still has one', async () => {
  const daysOf = { PT5M: 2, PT1H: 4, P1D: 8 };
  const { app, needs, clock, close } = await openUnderTest({ retention: { daysOf } });
  try {
    await createGroup(app);
    const { id } = (await needs.catalog.group('shop')) as Group;
    const group = { ...((await needs.catalog.group('shop')) as Group), profileReportedMs: noon };
    const startMs = noon - 60_000;
    await needs.store.append([
      uploadOf(preparedProfile({ stacks: 'main 1' }), { group: id, startMs }),
    ]);
    const latestAfter = async (days: number) => {
      clock.ms = noon + days * tierMs.P1D;
      await needs.store.maintain(clock.ms);
      const latest = await latestBucket(group, needs);
      return latest && [latest.period, latest.startMs];
    };
    const within = (width: number) => startMs - (startMs % width);
    expect(await latestAfter(1)).toEqual(['PT5M', within(tierMs.PT5M)]);
    expect(await latestAfter(4)).toEqual(['PT1H', within(tierMs.PT1H)]);
    expect(await latestAfter(6)).toEqual(['P1D', within(tierMs.P1D)]);
    expect(await latestAfter(10)).toBeUndefined();
  } finally {
    await close();
  }
});
