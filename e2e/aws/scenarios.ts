import { expect } from 'vitest';
import type { Input, Output } from './clients.ts';

/**
 * Calls and answers the output. `expected` is the status of an answer or the name of an exception; anything
 * else fails the test.
 */
export type Call = (
  operation: string,
  input: Input,
  expected: number | Exception,
) => Promise<Output>;

/** The modelled exceptions that a client can bring about, and their statuses. */
export const exceptions = {
  ValidationException: 400,
  ServiceQuotaExceededException: 402,
  AccessDeniedException: 403,
  ResourceNotFoundException: 404,
  ConflictException: 409,
  ThrottlingException: 429,
} as const;
type Exception = keyof typeof exceptions;

/** A part of the API with everything that it may answer. `group` is a name that nobody else uses. */
export type Scenario = (call: Call, group: string) => Promise<void>;

const unknown = { profilingGroupName: 'nobody-has-this' };
const badName = { profilingGroupName: 'bad name!' };
const uuid = '11111111-2222-3333-4444-555555555555';
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);

const create = (call: Call, profilingGroupName: string, rest: Input = {}) =>
  call('CreateProfilingGroup', { profilingGroupName, clientToken: 'token', ...rest }, 201);

async function life(call: Call, group: string) {
  const of = { profilingGroupName: group };
  const tags = { team: 'shop' };
  const created = await create(call, group, { tags });
  expect(created.profilingGroup).toMatchObject({ name: group, computePlatform: 'Default', tags });
  expect(created.profilingGroup.arn).toMatch(
    /^arn:aws:codeguru-profiler:eu-central-1:\d{12}:profilingGroup\/.+$/,
  );
  expect(Math.abs(Date.parse(created.profilingGroup.createdAt) - Date.now())).toBeLessThan(60_000);
  // The same token creates once.
  await create(call, group, { tags });
  await call('CreateProfilingGroup', { ...of, clientToken: 'another' }, 'ConflictException');
  await call('CreateProfilingGroup', { ...badName, clientToken: 't' }, 'ValidationException');
  await create(call, `${group}-2`, { agentOrchestrationConfig: { profilingEnabled: false } });

  const described = await call('DescribeProfilingGroup', of, 200);
  expect(described.profilingGroup.agentOrchestrationConfig.profilingEnabled).toBe(true);
  await call('DescribeProfilingGroup', unknown, 'ResourceNotFoundException');
  await call('DescribeProfilingGroup', badName, 'ValidationException');

  const agentOrchestrationConfig = { profilingEnabled: false };
  const updated = await call('UpdateProfilingGroup', { ...of, agentOrchestrationConfig }, 200);
  expect(updated.profilingGroup.agentOrchestrationConfig).toEqual(agentOrchestrationConfig);
  await call(
    'UpdateProfilingGroup',
    { ...unknown, agentOrchestrationConfig },
    'ResourceNotFoundException',
  );
  await call(
    'UpdateProfilingGroup',
    { ...badName, agentOrchestrationConfig },
    'ValidationException',
  );

  const names: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await call('ListProfilingGroups', { maxResults: 8, nextToken }, 200);
    names.push(...page.profilingGroupNames);
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  expect(names).toEqual(expect.arrayContaining([group, `${group}-2`]));
  await call('ListProfilingGroups', { nextToken: 'nonsense' }, 'ValidationException');
  const page = await call('ListProfilingGroups', { includeDescription: true, maxResults: 1 }, 200);
  expect(page.profilingGroups).toHaveLength(1);
  expect(page.profilingGroupNames).toEqual([]);

  await call('DeleteProfilingGroup', of, 204);
  await call('DeleteProfilingGroup', of, 'ResourceNotFoundException');
  await call('DeleteProfilingGroup', badName, 'ValidationException');
}

const hot = 'app.Shop.find';
const agentProfile = (end = Date.now()) =>
  JSON.stringify({
    start: end - 60_000,
    end,
    agentMetadata: {
      sampleWeights: { RUNNABLE: 1, WAITING: 1 },
      durationInMs: 60_000,
      fleetInfo: { computeType: 'aws_ec2_instance', hostName: 'h-1', hostType: 'm5.large' },
      agentInfo: { type: 'CodeGuruProfiler-java', version: '1.2.3' },
      runtimeVersion: '17',
    },
    callgraph: {
      children: {
        'app.Main.main': {
          counts: { RUNNABLE: 15 },
          children: { [hot]: { counts: { RUNNABLE: 45 }, file: 'Shop.java', line: [12, 20] } },
        },
        'app.Worker.run': { counts: { WAITING: 60 } },
      },
    },
  });

async function agents(call: Call, group: string) {
  const of = { profilingGroupName: group };
  await create(call, group);
  const told = await call('ConfigureAgent', { ...of, fleetInstanceId: 'i-1', metadata: {} }, 200);
  expect(told.configuration).toEqual({
    shouldProfile: true,
    periodInSeconds: 300,
    agentParameters: {
      MaxStackDepth: '1000',
      MinimumTimeForReportingInMilliseconds: '60000',
      SamplingIntervalInMilliseconds: '1000',
      MemoryUsageLimitPercent: '10',
      ReportingIntervalInMilliseconds: '300000',
    },
  });
  await call('ConfigureAgent', unknown, 'ResourceNotFoundException');
  await call('ConfigureAgent', { ...of, fleetInstanceId: 'x'.repeat(256) }, 'ValidationException');
  const lambda = `${group}-lambda`;
  await create(call, lambda, { computePlatform: 'AWSLambda' });
  await call('ConfigureAgent', { profilingGroupName: lambda }, 'ValidationException');
  const metadata = { ComputePlatform: 'AWSLambda', LambdaMemoryLimitInMB: '512' };
  await call('ConfigureAgent', { profilingGroupName: lambda, metadata }, 200);

  const contentType = 'application/json';
  const posted = { ...of, contentType, agentProfile: agentProfile(), profileToken: uuid };
  await call('PostAgentProfile', posted, 204);
  // The same token is stored once: the profile below shows it.
  await call('PostAgentProfile', posted, 204);
  await call('PostAgentProfile', { ...posted, ...unknown }, 'ResourceNotFoundException');
  await call(
    'PostAgentProfile',
    { ...posted, profileToken: 'other', agentProfile: 'nonsense' },
    'ValidationException',
  );
  await profiles(call, of);
}

async function profiles(call: Call, of: { readonly profilingGroupName: string }) {
  const range = { startTime: minutesAgo(30), endTime: minutesAgo(-5) };
  const json = await call('GetProfile', { ...of, ...range, accept: 'application/json' }, 200);
  expect(json.contentType).toBe('application/json');
  const { callgraph, agentMetadata } = JSON.parse(Buffer.from(json.profile, 'base64').toString());
  const { counts } = callgraph.children['app.Main.main'].children[hot];
  expect(counts.RUNNABLE / agentMetadata.sampleWeights.RUNNABLE).toBe(45);
  const ion = await call('GetProfile', { ...of, ...range, maxDepth: 5 }, 200);
  expect(ion.contentType).toBe('application/x-amzn-ion');
  expect(Buffer.from(ion.profile, 'base64').subarray(0, 4)).toEqual(
    Buffer.from([0xe0, 0x01, 0x00, 0xea]),
  );
  await call('GetProfile', { ...of, ...range, period: 'PT1H' }, 'ValidationException');
  await call('GetProfile', { ...of, startTime: minutesAgo(30) }, 'ValidationException');
  await call('GetProfile', { ...unknown, ...range }, 'ResourceNotFoundException');

  const times = await call('ListProfileTimes', { ...of, ...range, period: 'PT5M' }, 200);
  expect(times.profileTimes).toHaveLength(1);
  expect(Date.parse(times.profileTimes[0].start) % 300_000).toBe(0);
  const backwards = { startTime: range.endTime, endTime: range.startTime };
  await call('ListProfileTimes', { ...of, ...backwards, period: 'PT5M' }, 'ValidationException');
  await call(
    'ListProfileTimes',
    { ...unknown, ...range, period: 'PT5M' },
    'ResourceNotFoundException',
  );
  await frames(call, of, range);
}

async function frames(call: Call, of: Input, range: Input) {
  const frameMetrics = [
    { frameName: hot, threadStates: ['RUNNABLE'], type: 'AggregatedRelativeTotalTime' },
  ];
  const asked = { ...of, ...range, frameMetrics, targetResolution: 'PT5M' };
  const metrics = await call('BatchGetFrameMetricData', asked, 200);
  expect(metrics.resolution).toBe('PT5M');
  // Periods without a profile, as { reason: [{ value }] }.
  for (const times of Object.values<{ value: string }[]>(metrics.unprocessedEndTimes)) {
    for (const { value } of times) expect(Date.parse(value) % 300_000).toBe(0);
  }
  expect(metrics.frameMetricData[0].frameMetric).toEqual(frameMetrics[0]);
  expect(metrics.frameMetricData[0].values).toHaveLength(metrics.endTimes.length);
  expect(Date.parse(metrics.endTimes[0].value) % 300_000).toBe(0);
  // Per cent of the time in that state: 45 of 60 seconds.
  expect(metrics.frameMetricData[0].values).toEqual([75]);
  await call(
    'BatchGetFrameMetricData',
    { ...asked, startTime: minutesAgo(3 * 24 * 60) },
    'ValidationException',
  );
  await call('BatchGetFrameMetricData', { ...asked, ...unknown }, 'ResourceNotFoundException');
}

async function tags(call: Call, group: string) {
  const { profilingGroup } = await create(call, group, { tags: { team: 'shop' } });
  const of = { resourceArn: profilingGroup.arn };
  await call('TagResource', { ...of, tags: { stage: 'prod', 'a key': 'ä/b c' } }, 204);
  const all = { team: 'shop', stage: 'prod', 'a key': 'ä/b c' };
  expect((await call('ListTagsForResource', of, 200)).tags).toEqual(all);
  await call('UntagResource', { ...of, tagKeys: ['team', 'a key'] }, 204);
  expect((await call('ListTagsForResource', of, 200)).tags).toEqual({ stage: 'prod' });
  const nobody = { resourceArn: profilingGroup.arn.replace(group, 'nobody-has-this') };
  await call('ListTagsForResource', nobody, 'ResourceNotFoundException');
  await call('TagResource', { ...nobody, tags: { a: 'b' } }, 'ResourceNotFoundException');
  await call('UntagResource', { ...nobody, tagKeys: ['a'] }, 'ResourceNotFoundException');
  const noArn = { resourceArn: 'no-arn' };
  await call('ListTagsForResource', noArn, 'ValidationException');
  await call('TagResource', { ...of, tags: { 'aws:mine': 'b' } }, 'ValidationException');
  await call('UntagResource', { ...noArn, tagKeys: ['a'] }, 'ValidationException');
}

async function policies(call: Call, group: string) {
  await create(call, group);
  const of = { profilingGroupName: group };
  const actionGroup = 'agentPermissions';
  const principals = ['arn:aws:iam::000000000000:user/u', 'arn:aws:iam::000000000000:role/r'];
  expect((await call('GetPolicy', of, 200)).policy).toBeUndefined();
  const put = await call('PutPermission', { ...of, actionGroup, principals }, 200);
  expect(JSON.parse(put.policy)).toMatchObject({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: principals },
        Action: ['codeguru-profiler:ConfigureAgent', 'codeguru-profiler:PostAgentProfile'],
      },
    ],
  });
  const seen = await call('GetPolicy', of, 200);
  expect(seen).toEqual({ policy: put.policy, revisionId: put.revisionId });
  await call('PutPermission', { ...of, actionGroup, principals }, 'ConflictException');
  const { revisionId } = put;
  const one = { ...of, actionGroup, principals: principals.slice(0, 1), revisionId };
  const changed = await call('PutPermission', one, 200);
  expect(JSON.parse(changed.policy).Statement[0].Principal.AWS).toBe(principals[0]);
  await call('PutPermission', { ...one, actionGroup: 'others' }, 'ValidationException');
  await call('PutPermission', { ...one, ...unknown }, 'ResourceNotFoundException');
  const remove = { ...of, actionGroup, revisionId };
  await call('RemovePermission', remove, 'ConflictException');
  await call('RemovePermission', { ...remove, revisionId: 'NO' }, 'ValidationException');
  const removed = await call(
    'RemovePermission',
    { ...remove, revisionId: changed.revisionId },
    200,
  );
  expect(removed.revisionId).not.toBe(changed.revisionId);
  await call('RemovePermission', { ...remove, ...unknown }, 'ResourceNotFoundException');
  await call('GetPolicy', unknown, 'ResourceNotFoundException');
}

async function notifications(call: Call, group: string) {
  await create(call, group);
  const of = { profilingGroupName: group };
  const channel = (name: string) => ({
    uri: `arn:aws:sns:eu-central-1:000000000000:${name}`,
    eventPublishers: ['AnomalyDetection'],
  });
  const add = (channels: readonly object[], expected: number | Exception, to: object = of) =>
    call('AddNotificationChannels', { ...to, channels }, expected);
  const none = await call('GetNotificationConfiguration', of, 200);
  expect(none.notificationConfiguration.channels ?? []).toEqual([]);
  await add([channel('one')], 200);
  await add([channel('one')], 'ConflictException');
  await add([channel('two'), channel('three')], 'ServiceQuotaExceededException');
  await add([{ ...channel('two'), eventPublishers: ['Nobody'] }], 'ValidationException');
  await add([channel('two')], 'ResourceNotFoundException', unknown);
  const two = await add([channel('two')], 200);
  const { channels } = two.notificationConfiguration;
  expect(channels.map(({ uri }: { uri: string }) => uri.split(':').at(-1))).toEqual(['one', 'two']);
  expect(channels[0].id).toMatch(/^[a-f0-9]{8}(-[a-f0-9]{4}){3}-[a-f0-9]{12}$/);
  expect(await call('GetNotificationConfiguration', of, 200)).toEqual(two);
  await call('GetNotificationConfiguration', unknown, 'ResourceNotFoundException');
  await call('GetNotificationConfiguration', badName, 'ValidationException');
  const remove = { ...of, channelId: channels[0].id };
  const left = await call('RemoveNotificationChannel', remove, 200);
  expect(left.notificationConfiguration.channels).toEqual(channels.slice(1));
  await call('RemoveNotificationChannel', remove, 'ResourceNotFoundException');
  await call('RemoveNotificationChannel', { ...of, channelId: 'x' }, 'ValidationException');
}

/** Nothing over HTTP makes findings, so there are none: never invented ones. */
async function findings(call: Call, group: string) {
  await create(call, group);
  const of = { profilingGroupName: group };
  const range = { startTime: minutesAgo(60), endTime: minutesAgo(0) };
  const found = await call('GetRecommendations', { ...of, ...range, locale: 'de-DE' }, 200);
  expect(found).toMatchObject({ profilingGroupName: group, recommendations: [], anomalies: [] });
  expect(Date.parse(found.profileStartTime)).toBeLessThan(Date.parse(found.profileEndTime));
  const backwards = { startTime: range.endTime, endTime: range.startTime };
  await call('GetRecommendations', { ...of, ...backwards }, 'ValidationException');
  await call('GetRecommendations', { ...unknown, ...range }, 'ResourceNotFoundException');
  const reports = await call('ListFindingsReports', { ...of, ...range, maxResults: 10 }, 200);
  expect(reports.findingsReportSummaries).toEqual([]);
  await call('ListFindingsReports', { ...of, ...backwards }, 'ValidationException');
  await call('ListFindingsReports', { ...unknown, ...range }, 'ResourceNotFoundException');
  const summary = await call('GetFindingsReportAccountSummary', { dailyReportsOnly: true }, 200);
  expect(summary.reportSummaries).toEqual([]);
  const nonsense = { nextToken: 'nonsense' };
  await call('GetFindingsReportAccountSummary', nonsense, 'ValidationException');
  const feedback = { ...of, anomalyInstanceId: uuid, type: 'Positive', comment: 'Right.' };
  await call('SubmitFeedback', feedback, 'ResourceNotFoundException');
  await call('SubmitFeedback', { ...feedback, anomalyInstanceId: 'x' }, 'ValidationException');
}

export const scenarios: Readonly<Record<string, Scenario>> = {
  life,
  agents,
  tags,
  policies,
  notifications,
  findings,
};
