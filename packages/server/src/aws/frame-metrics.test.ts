import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BatchGetFrameMetricDataCommand,
  type BatchGetFrameMetricDataCommandInput,
  CodeGuruProfilerClient,
  CreateProfilingGroupCommand,
  ResourceNotFoundException,
  ValidationException,
} from '@aws-sdk/client-codeguruprofiler';
import { knownMeasures, type ThreadState } from '@everflame/model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openNeeds } from '../open-needs.ts';
import { type RunningServer, startServer } from '../start-server.ts';
import { preparedProfile, uploadOf } from '../storage/prepared-profile-fixture.ts';
import { tierMs } from '../storage/profile-store.ts';
import { configIn, noon } from '../under-test.ts';

/** The official client against a real socket, on a store filled before; its clock and ours stand at noon. */
let folder: string;
let server: RunningServer;
let client: CodeGuruProfilerClient;

const { PT5M: minutes5, PT1H: hour, P1D: day } = tierMs;
const bucket = Math.floor(noon / minutes5) * minutes5;

const wall = (stacks: string, state: ThreadState) => ({
  ...{ stacks, state, measure: knownMeasures.wall },
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'everflame-frame-metrics-'));
  await fill();
  server = await startServer({ ...configIn(folder), now: () => noon });
  client = new CodeGuruProfilerClient({
    endpoint: server.url,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
    maxAttempts: 1,
  });
});
afterAll(async () => {
  client.destroy();
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

/** Profiles in the bucket of noon and an hour before it, and of twenty days ago, of which no five minutes are kept. */
async function fill(): Promise<void> {
  const { needs, close } = await openNeeds({ ...configIn(folder), now: () => noon }, () => 'ready');
  const named = (name: string) =>
    needs.catalog.createGroup({
      name,
      computePlatform: 'Default',
      profilingEnabled: true,
      tags: {},
    });
  const { id: group } = await named('shop');
  await named('empty');
  const profile = preparedProfile(
    wall('main;walk;walk 30\nmain;walk 10\nmain 40', 'RUNNABLE'),
    wall('main;lock 20', 'BLOCKED'),
    wall('main;read 100', 'WAITING'),
    wall('main;park 300', 'IDLE'),
  );
  const at = (startMs: number) => uploadOf(profile, { group, startMs });
  await needs.store.append([at(bucket), at(bucket - hour), at(bucket - 20 * day)]);
  await needs.store.append([
    uploadOf(preparedProfile(wall('main;sleep 7', 'WAITING')), {
      group,
      startMs: bucket - 2 * hour,
    }),
    uploadOf(preparedProfile({ stacks: 'main;walk 5' }), {
      group: (await named('pprof')).id,
      startMs: bucket,
    }),
  ]);
  needs.catalog.noteProfileReported(group, bucket);
  await needs.store.maintain(noon);
  await close();
}

type Input = BatchGetFrameMetricDataCommandInput;

const asked = (input: Omit<Input, 'profilingGroupName'>, profilingGroupName = 'shop') =>
  client.send(new BatchGetFrameMetricDataCommand({ profilingGroupName, ...input }));

const metric = (frameName: string, ...states: string[]) => ({
  ...{ frameName, threadStates: states, type: 'AggregatedRelativeTotalTime' as const },
});
const endTime = new Date(bucket + minutes5);
const lastHours = { endTime, period: 'PT3H' };

const clock = (date: Date | undefined) => date?.toISOString().slice(11, 16);

test('a metric is the share of the time in its states, in the order asked, recursion counted once', async () => {
  const frameMetrics = [
    metric('walk', 'RUNNABLE'),
    metric('walk', 'RUNNABLE', 'BLOCKED', 'NATIVE'),
    metric('main', 'RUNNABLE'),
    metric('lock', 'BLOCKED', 'WAITING'),
    metric('lock'),
    metric('park', 'WALL_TIME'),
    metric('park'),
    metric('nobody', 'RUNNABLE'),
  ];
  const answer = await asked({ ...lastHours, frameMetrics, targetResolution: 'PT5M' });
  expect(answer).toMatchObject({
    resolution: 'PT5M',
    startTime: new Date(endTime.getTime() - 3 * hour),
    endTime,
  });
  expect(answer.endTimes?.map(({ value }) => clock(value))).toEqual(['10:05', '11:05', '12:05']);
  expect(answer.frameMetricData?.map(({ frameMetric }) => frameMetric)).toEqual(frameMetrics);
  expect(answer.frameMetricData?.map(({ values }) => values)).toEqual([
    [0, 50, 50],
    [0, 40, 40],
    [0, 100, 100],
    [0, 16.666667, 16.666667],
    [0, 10, 10],
    [0, 60, 60],
    [0, 0, 0],
    [0, 0, 0],
  ]);
});

test('a bucket without profiles is no zero: its end is missing, and named as unprocessed', async () => {
  const { endTimes, unprocessedEndTimes } = await asked(lastHours);
  const missing = unprocessedEndTimes?.NoProfiles ?? [];
  expect(endTimes).toHaveLength(3);
  expect(missing).toHaveLength(33);
  const all = [...(endTimes ?? []), ...missing].map(({ value }) => value?.getTime());
  expect(new Set(all).size).toBe(36);
  const none = await asked(lastHours, 'empty');
  expect(none).toMatchObject({ endTimes: [], frameMetricData: [], resolution: 'PT5M' });
  expect(none.unprocessedEndTimes?.NoProfiles).toHaveLength(36);
  const hours = await asked({ ...lastHours, targetResolution: 'P1D' });
  expect(hours).toMatchObject({ resolution: 'P1D', unprocessedEndTimes: {} });
});

test('where none are named, the heaviest frames of the CPU view are answered', async () => {
  const { frameMetricData } = await asked({ startTime: new Date(bucket), endTime });
  expect(frameMetricData).toEqual([
    { frameMetric: metric('main', 'RUNNABLE', 'BLOCKED', 'NATIVE'), values: [100] },
    { frameMetric: metric('walk', 'RUNNABLE', 'BLOCKED', 'NATIVE'), values: [40] },
    { frameMetric: metric('lock', 'RUNNABLE', 'BLOCKED', 'NATIVE'), values: [20] },
  ]);
});

test('time whose state nobody told is time running', async () => {
  const { frameMetricData } = await asked(
    { startTime: new Date(bucket), endTime, frameMetrics: [metric('walk', 'RUNNABLE')] },
    'pprof',
  );
  expect(frameMetricData?.[0]?.values).toEqual([100]);
});

test('a resolution that is not kept any more falls to the next coarser one, which the answer names', async () => {
  const startTime = new Date(Math.floor(noon / day) * day - 20 * day);
  const frameMetrics = [metric('walk', 'RUNNABLE')];
  const resolved = async (targetResolution?: Input['targetResolution']) => {
    const answer = await asked({ startTime, period: 'P1D', frameMetrics, targetResolution });
    return [answer.resolution, answer.endTimes?.length, answer.frameMetricData?.[0]?.values];
  };
  expect(await resolved('PT5M')).toEqual(['PT1H', 1, [50]]);
  expect(await resolved()).toEqual(['PT1H', 1, [50]]);
  expect(await resolved('P1D')).toEqual(['P1D', 1, [50]]);
});

test('any two of start, end and period are taken, or the period alone: then up to the latest profile', async () => {
  const startTime = new Date(endTime.getTime() - hour);
  const period = 'PT1H';
  for (const times of [
    { period },
    { startTime, period },
    { endTime, period },
    { startTime, endTime },
  ]) {
    const { endTimes, ...answer } = await asked(times);
    expect(answer).toMatchObject({ startTime, endTime });
    expect(endTimes?.map(({ value }) => clock(value))).toEqual(['12:05']);
  }
});

test.each<[string, Omit<Input, 'profilingGroupName'>]>([
  ['no times', {}],
  ['a start alone', { startTime: endTime }],
  ['an end alone', { endTime }],
  ['all three times', { startTime: new Date(bucket), endTime, period: 'PT5M' }],
  ['an end before its start', { startTime: endTime, endTime: new Date(bucket) }],
  ['more than a day', { period: 'PT24H1S' }],
  ['more than a day between two times', { startTime: new Date(bucket - day), endTime }],
  ['no duration', { period: 'soon' }],
  ['no resolution', { period: 'PT1H', targetResolution: 'PT1M' as 'PT5M' }],
  [
    'another type',
    {
      period: 'PT1H',
      frameMetrics: [{ ...metric('a'), type: 'Self' as 'AggregatedRelativeTotalTime' }],
    },
  ],
  ['no such state', { period: 'PT1H', frameMetrics: [metric('a', 'SLEEPING')] }],
  ['no name', { period: 'PT1H', frameMetrics: [metric('')] }],
  ['no states', { period: 'PT1H', frameMetrics: [{ ...metric('a'), threadStates: undefined }] }],
  ['no type', { period: 'PT1H', frameMetrics: [{ ...metric('a'), type: undefined }] }],
  [
    'more than 500 metrics',
    { period: 'PT1H', frameMetrics: Array.from({ length: 501 }, () => metric('a')) },
  ],
])('%s is a ValidationException', async (_what, input) => {
  await expect(asked(input)).rejects.toThrow(ValidationException);
});

test('a group that nobody created is not found, nor one with another name than is allowed', async () => {
  await expect(asked(lastHours, 'nobody')).rejects.toThrow(ResourceNotFoundException);
  await expect(asked(lastHours, 'bad name!')).rejects.toThrow(ValidationException);
  await client.send(
    new CreateProfilingGroupCommand({ profilingGroupName: 'new', clientToken: 'n' }),
  );
  expect((await asked(lastHours, 'new')).frameMetricData).toEqual([]);
});
