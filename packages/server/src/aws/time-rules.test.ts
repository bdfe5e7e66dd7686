import {
  CreateProfilingGroupCommand,
  GetProfileCommand,
  ListProfileTimesCommand,
  paginateListProfileTimes,
} from '@aws-sdk/client-codeguruprofiler';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tierMs } from '../storage/profile-store.ts';
import { noon } from '../under-test.ts';
import { openSdk, postProfile, type SdkUnderTest } from './sdk-under-test.ts';

/** Which times may be asked for, and what is answered for them. Profiles lie at 11:56, 12:01 and two days before. */
let sdk: SdkUnderTest;
const of = { profilingGroupName: 'shop' };
const bucket = noon - 120_000;
const twoDaysAgo = bucket - 2 * tierMs.P1D;

beforeAll(async () => {
  sdk = await openSdk();
  for (const name of ['shop', 'empty']) {
    const input = { profilingGroupName: name, clientToken: name };
    await sdk.client.send(new CreateProfilingGroupCommand(input));
  }
  for (const end of [noon, noon - 300_000, noon - 2 * tierMs.P1D]) {
    await sdk.client.send(postProfile('shop', `t${end}`, end));
  }
});
afterAll(() => sdk.close());

interface Asked {
  readonly startTime?: number;
  readonly endTime?: number;
  readonly period?: string;
  readonly maxDepth?: number;
}

const date = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms));

async function profile({ startTime, endTime, ...more }: Asked, name = 'shop') {
  const times = { startTime: date(startTime), endTime: date(endTime) };
  const input = { profilingGroupName: name, accept: 'application/json', ...times, ...more };
  const answer = await sdk.client.send(new GetProfileCommand(input));
  const { start, end, callgraph } = JSON.parse(new TextDecoder().decode(answer.profile));
  return { start, end, frames: Object.keys(callgraph.children ?? {}).length };
}

test('a range that is not aligned is answered in whole profiles', async () => {
  const one = { start: bucket, end: bucket + tierMs.PT5M, frames: 1 };
  expect(await profile({ startTime: noon, endTime: noon + 1000 })).toEqual(one);
  expect(await profile({ startTime: bucket, period: 'PT5M' })).toEqual(one);
  expect(await profile({ endTime: bucket + tierMs.PT5M, period: 'PT5M' })).toEqual(one);
  const both = await profile({ startTime: bucket - 1000, endTime: noon });
  expect(both).toEqual({ ...one, start: bucket - tierMs.PT5M });
});

test('a period alone ends with the latest profile, however long ago that was', async () => {
  sdk.clock.ms = noon + tierMs.P1D;
  try {
    const latest = { start: bucket, end: bucket + tierMs.PT5M, frames: 1 };
    expect(await profile({ period: 'PT5M' })).toEqual(latest);
    expect((await profile({ period: 'P7D' })).start).toBe(latest.end - 7 * tierMs.P1D);
  } finally {
    sdk.clock.ms = noon;
  }
  expect((await profile({ period: 'PT5M' }, 'empty')).frames).toBe(0);
});

test('seven days may be asked for at most', async () => {
  const endTime = bucket + tierMs.PT5M;
  const startTime = endTime - 7 * tierMs.P1D;
  for (const good of [
    { startTime, endTime },
    { startTime, period: 'P7D' },
    { endTime, period: 'P6DT23H59M60S' },
    { period: 'P1W', maxDepth: 10_000 },
  ]) {
    expect((await profile(good)).frames).toBe(1);
  }
  for (const bad of [
    { startTime: startTime - 1000, endTime },
    { startTime, period: 'P7DT1S' },
    { endTime, period: 'P8D' },
    { startTime: endTime, endTime },
    { startTime, endTime, period: 'P7D' },
    { startTime: Date.parse('9999-12-31T23:59:59Z'), period: 'PT5M' },
    { endTime: Date.parse('0001-01-01T00:00:00Z'), period: 'PT5M' },
    { period: 'P1Y' },
    { period: '' },
    { period: 'P'.repeat(65) },
  ]) {
    await expect(profile(bad)).rejects.toMatchObject({ name: 'ValidationException' });
  }
});

test.each([
  ['PT5M', [bucket, bucket - tierMs.PT5M, twoDaysAgo]],
  ['PT1H', [bucket, bucket - tierMs.PT1H, twoDaysAgo]],
  ['P1D', [bucket, twoDaysAgo].map((ms) => ms - (ms % tierMs.P1D))],
] as const)(
  'starts of %s are aligned to UTC, and paged in either order',
  async (period, starts) => {
    // Hours and days are there when they are over.
    sdk.clock.ms = noon + 2 * tierMs.P1D;
    await sdk.needs.store.maintain(sdk.clock.ms);
    const { client } = sdk;
    const range = { startTime: new Date(noon - 4 * tierMs.P1D), endTime: new Date(noon) };
    for (const orderBy of ['TimestampDescending', 'TimestampAscending', undefined] as const) {
      const seen: number[] = [];
      const input = { ...of, ...range, period, orderBy };
      for await (const page of paginateListProfileTimes({ client, pageSize: 1 }, input)) {
        if (page.nextToken !== undefined) expect(page.nextToken).toMatch(/^[\w-]{1,64}$/);
        seen.push(...(page.profileTimes ?? []).map(({ start }) => start!.getTime()));
      }
      const expected = orderBy === 'TimestampAscending' ? starts.toReversed() : starts;
      expect(seen).toEqual(expected);
    }
    sdk.clock.ms = noon;
  },
);

test('a start is listed if it lies in the range, whose end is outside', async () => {
  const listed = async (from: number, to: number) => {
    const times = { startTime: new Date(from), endTime: new Date(to) };
    const input = { ...of, ...times, period: 'PT5M' as const };
    const { profileTimes } = await sdk.client.send(new ListProfileTimesCommand(input));
    return profileTimes?.map(({ start }) => start?.getTime());
  };
  expect(await listed(bucket, bucket + 1000)).toEqual([bucket]);
  expect(await listed(bucket + 1000, bucket + tierMs.PT5M)).toEqual([]);
  expect(await listed(bucket - tierMs.PT5M, bucket)).toEqual([bucket - tierMs.PT5M]);
});
