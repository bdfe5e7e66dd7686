import {
  CreateProfilingGroupCommand,
  GetFindingsReportAccountSummaryCommand,
  GetRecommendationsCommand,
  ListFindingsReportsCommand,
  paginateGetFindingsReportAccountSummary,
  paginateListFindingsReports,
  SubmitFeedbackCommand,
} from '@aws-sdk/client-codeguruprofiler';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Group } from '../storage/catalog.ts';
import type { Pattern, Recommendation } from '../storage/findings.ts';
import { noon } from '../under-test.ts';
import { openSdk, type SdkUnderTest } from './sdk-under-test.ts';

let sdk: SdkUnderTest;
beforeAll(async () => {
  sdk = await openSdk();
});
afterAll(() => sdk.close());

const HOUR_MS = 3_600_000;
const all = { startTime: new Date(noon - 100 * HOUR_MS), endTime: new Date(noon + HOUR_MS) };

async function made(profilingGroupName: string): Promise<Group> {
  const input = { profilingGroupName, clientToken: profilingGroupName };
  await sdk.client.send(new CreateProfilingGroupCommand(input));
  return (await sdk.needs.catalog.group(profilingGroupName)) as Group;
}

const pattern: Pattern = {
  ...{ id: 'p', name: 'Logging', description: 'Much of it.', resolutionSteps: 'Log less.' },
  targetFrames: [['app.Log.write']],
  countersToAggregate: ['RUNNABLE'],
  thresholdPercent: 2.5,
};

/** The hour that ended so many hours before noon, as an engine would report it. */
async function report({ id: group }: Group, hoursAgo: number, isDaily = false) {
  const toMs = noon - hoursAgo * HOUR_MS;
  const fromMs = toMs - (isDaily ? 24 : 1) * HOUR_MS;
  const topMatches = [{ frameAddress: 'a', targetFramesIndex: 0, thresholdBreachValue: 7.5 }];
  const found: Recommendation = {
    ...{ pattern, allMatchesCount: 3, allMatchesSum: 7.5, topMatches, fromMs, toMs },
  };
  const recommendations = [found];
  return sdk.needs.catalog.findings.putReport({
    ...{ group, fromMs, toMs, isDaily, recommendations },
  });
}

test('where nothing was found, nothing is said, in the shape of the model', async () => {
  await made('quiet');
  const { client } = sdk;
  const of = { profilingGroupName: 'quiet', ...all };
  expect(await client.send(new GetRecommendationsCommand(of))).toMatchObject({
    profilingGroupName: 'quiet',
    profileStartTime: all.startTime,
    profileEndTime: all.endTime,
    recommendations: [],
    anomalies: [],
  });
  const reports = await client.send(new ListFindingsReportsCommand(of));
  expect([reports.findingsReportSummaries, reports.nextToken]).toEqual([[], undefined]);
  const summary = await client.send(new GetFindingsReportAccountSummaryCommand({}));
  expect([summary.reportSummaries, summary.nextToken]).toEqual([[], undefined]);
});

test('recommendations and anomalies are told as the model has them, with the feedback they were given', async () => {
  const group = await made('found');
  const { client, needs } = sdk;
  const { fromMs, toMs } = await report(group, 1);
  const [open, over] = ['0'.repeat(8), '1'.repeat(8)].map(
    (start) => `${start}-aaaa-bbbb-cccc-000000000000`,
  );
  await needs.catalog.findings.putAnomaly(group.id, {
    ...{ reason: 'more than usual', frame: 'app.Main', states: ['RUNNABLE', 'BLOCKED'] },
    instances: [
      { id: open!, fromMs: noon - HOUR_MS },
      { id: over!, fromMs: noon - 3 * HOUR_MS, toMs: noon - 2 * HOUR_MS },
    ],
  });
  const of = { profilingGroupName: 'found' };
  const feedback = { ...of, anomalyInstanceId: open, type: 'Negative', comment: 'no' } as const;
  const given = await client.send(new SubmitFeedbackCommand(feedback));
  expect(given.$metadata.httpStatusCode).toBe(204);
  const unknown = { ...feedback, anomalyInstanceId: over!.replace('1', '2') };
  await expect(client.send(new SubmitFeedbackCommand(unknown))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
  const answer = await client.send(new GetRecommendationsCommand({ ...of, ...all }));
  const times = { startTime: new Date(fromMs), endTime: new Date(toMs) };
  const topMatches = [{ frameAddress: 'a', targetFramesIndex: 0, thresholdBreachValue: 7.5 }];
  expect(answer.recommendations).toEqual([
    { ...{ pattern, allMatchesCount: 3, allMatchesSum: 7.5, topMatches }, ...times },
  ]);
  expect(answer.anomalies).toEqual([
    {
      reason: 'more than usual',
      metric: {
        frameName: 'app.Main',
        type: 'AggregatedRelativeTotalTime',
        threadStates: ['RUNNABLE', 'BLOCKED'],
      },
      instances: [
        {
          id: over,
          startTime: new Date(noon - 3 * HOUR_MS),
          endTime: new Date(noon - 2 * HOUR_MS),
        },
        {
          id: open,
          startTime: new Date(noon - HOUR_MS),
          userFeedback: { type: 'Negative' },
        },
      ],
    },
  ]);
  const before = { startTime: all.startTime, endTime: new Date(noon - 5 * HOUR_MS) };
  const earlier = await client.send(new GetRecommendationsCommand({ ...of, ...before }));
  expect([earlier.recommendations, earlier.anomalies]).toEqual([[], []]);
});

test('reports are listed newest first, page by page, of hours, days or both, of a group or all', async () => {
  const [one, two] = [await made('one'), await made('two')];
  for (const hoursAgo of [12, 10, 14]) await report(one, hoursAgo);
  await report(one, 11, true);
  await report(two, 13);
  const { client } = sdk;
  const hours = (times: readonly (Date | undefined)[]) =>
    times.map((time) => (noon - (time?.getTime() ?? 0)) / HOUR_MS);
  const listed = async (dailyReportsOnly?: boolean, within = all) => {
    const times: (Date | undefined)[] = [];
    const input = { profilingGroupName: 'one', ...within, dailyReportsOnly };
    for await (const page of paginateListFindingsReports({ client, pageSize: 1 }, input)) {
      if (page.nextToken !== undefined) expect(page.nextToken).toMatch(/^[\w-]{1,64}$/);
      expect(page.findingsReportSummaries?.length).toBeLessThanOrEqual(1);
      times.push(
        ...(page.findingsReportSummaries ?? []).map(({ profileEndTime }) => profileEndTime),
      );
    }
    return hours(times);
  };
  expect(await listed()).toEqual([10, 11, 12, 14]);
  expect(await listed(true)).toEqual([11]);
  expect(await listed(false)).toEqual([10, 12, 14]);
  const [startTime, endTime] = [13, 12].map((ago) => new Date(noon - ago * HOUR_MS));
  expect(await listed(false, { startTime: startTime!, endTime: endTime! })).toEqual([12]);
  const seen: unknown[] = [];
  for await (const page of paginateGetFindingsReportAccountSummary({ client, pageSize: 2 }, {})) {
    seen.push(...(page.reportSummaries ?? []));
  }
  const summary = (profilingGroupName: string, ago: number, days = false) => ({
    id: expect.stringMatching(/^[a-f0-9-]{36}$/),
    profilingGroupName,
    profileStartTime: new Date(noon - (ago + (days ? 24 : 1)) * HOUR_MS),
    profileEndTime: new Date(noon - ago * HOUR_MS),
    totalNumberOfFindings: 1,
  });
  expect(seen).toEqual([
    summary('found', 1),
    summary('one', 10),
    summary('one', 11, true),
    summary('one', 12),
    summary('two', 13),
    summary('one', 14),
  ]);
  for (const nextToken of ['t-1', 'r-1-x', 'n-one']) {
    await expect(
      client.send(new GetFindingsReportAccountSummaryCommand({ nextToken })),
    ).rejects.toMatchObject({ name: 'ValidationException' });
  }
});
