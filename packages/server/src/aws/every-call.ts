// biome-ignore lint/correctness/noUndeclaredDependencies: only test files make the calls.
import * as aws from '@aws-sdk/client-codeguruprofiler';
import { noon } from '../under-test.ts';
import { arnOfGroup, postProfile } from './sdk-under-test.ts';

/** What a call needs of what was there before. */
export interface Known {
  readonly profilingGroupName: string;
  readonly revisionId: string;
  readonly channelId: string;
  readonly anomalyInstanceId: string;
}
export type Answer = Promise<{
  readonly $metadata: { readonly httpStatusCode?: number | undefined };
}>;
type Call = (client: aws.CodeGuruProfilerClient, known: Known) => Answer;

const someId = '01234567-89ab-cdef-0123-456789abcdef';
const range = { startTime: new Date(noon - 3_600_000), endTime: new Date(noon + 300_000) };
const wrongWay = { startTime: range.endTime, endTime: range.startTime };
const profilingEnabled = { agentOrchestrationConfig: { profilingEnabled: true } };
const channel = (uri: string, id?: string) => ({
  ...{ uri, id, eventPublishers: ['AnomalyDetection' as const] },
});
const agentPermissions = { actionGroup: 'agentPermissions' } as const;
const principals = ['arn:aws:iam::000000000000:user/agent'];
const nothing = undefined as never;

/** One operation as the service model has it. */
interface Modelled {
  readonly status: number;
  /** First letters. */
  readonly errors: string;
  /** What the answer must have, by names with a space between. */
  readonly members?: string;
  readonly good: Call;
  /** What its constraints forbid. */
  readonly bad?: Call;
}

/** In the order in which one leads to the next. */
export const calls: Readonly<Record<string, Modelled>> = {
  CreateProfilingGroup: {
    ...{ status: 201, errors: 'QCVTI', members: 'profilingGroup' },
    good: (client, { profilingGroupName }) =>
      client.send(
        new aws.CreateProfilingGroupCommand({
          profilingGroupName,
          clientToken: 'create',
          tags: {},
        }),
      ),
    bad: (client) =>
      client.send(
        new aws.CreateProfilingGroupCommand({ profilingGroupName: 'bad name!', clientToken: 'x' }),
      ),
  },
  DescribeProfilingGroup: {
    ...{ status: 200, errors: 'VTRI', members: 'profilingGroup' },
    good: (client, { profilingGroupName }) =>
      client.send(new aws.DescribeProfilingGroupCommand({ profilingGroupName })),
    bad: (client) =>
      client.send(new aws.DescribeProfilingGroupCommand({ profilingGroupName: 'x'.repeat(256) })),
  },
  UpdateProfilingGroup: {
    ...{ status: 200, errors: 'CVTRI', members: 'profilingGroup' },
    good: (client, { profilingGroupName }) =>
      client.send(new aws.UpdateProfilingGroupCommand({ profilingGroupName, ...profilingEnabled })),
    bad: (client, { profilingGroupName }) =>
      client.send(
        new aws.UpdateProfilingGroupCommand({
          profilingGroupName,
          agentOrchestrationConfig: nothing,
        }),
      ),
  },
  ListProfilingGroups: {
    ...{ status: 200, errors: 'TI', members: 'profilingGroupNames' },
    good: (client) => client.send(new aws.ListProfilingGroupsCommand({})),
  },
  ConfigureAgent: {
    ...{ status: 200, errors: 'VTRI', members: 'configuration' },
    good: (client, { profilingGroupName }) =>
      client.send(new aws.ConfigureAgentCommand({ profilingGroupName, fleetInstanceId: 'i-1' })),
    bad: (client, { profilingGroupName }) =>
      client.send(new aws.ConfigureAgentCommand({ profilingGroupName, fleetInstanceId: '' })),
  },
  PostAgentProfile: {
    ...{ status: 204, errors: 'VTRI' },
    good: (client, { profilingGroupName }) => client.send(postProfile(profilingGroupName, 'p1')),
    bad: (client, { profilingGroupName }) =>
      client.send(
        new aws.PostAgentProfileCommand({
          profilingGroupName,
          agentProfile: new TextEncoder().encode('nonsense'),
          contentType: 'application/json',
        }),
      ),
  },
  GetProfile: {
    ...{ status: 200, errors: 'VTRI', members: 'contentType profile' },
    good: (client, { profilingGroupName }) =>
      client.send(new aws.GetProfileCommand({ profilingGroupName, period: 'PT5M' })),
    bad: (client, { profilingGroupName }) =>
      client.send(new aws.GetProfileCommand({ profilingGroupName })),
  },
  ListProfileTimes: {
    ...{ status: 200, errors: 'VTRI', members: 'profileTimes' },
    good: (client, { profilingGroupName }) =>
      client.send(
        new aws.ListProfileTimesCommand({ profilingGroupName, ...range, period: 'PT5M' }),
      ),
    bad: (client, { profilingGroupName }) =>
      client.send(
        new aws.ListProfileTimesCommand({ profilingGroupName, ...wrongWay, period: 'P1D' }),
      ),
  },
  BatchGetFrameMetricData: {
    ...{
      status: 200,
      errors: 'VTRI',
      members: 'startTime endTime resolution endTimes frameMetricData unprocessedEndTimes',
    },
    good: (client, { profilingGroupName }) =>
      client.send(new aws.BatchGetFrameMetricDataCommand({ profilingGroupName, ...range })),
    bad: (client, { profilingGroupName }) =>
      client.send(new aws.BatchGetFrameMetricDataCommand({ profilingGroupName, ...wrongWay })),
  },
  AddNotificationChannels: {
    ...{ status: 200, errors: 'QCVTRI', members: 'notificationConfiguration' },
    good: (client, { profilingGroupName, channelId }) =>
      client.send(
        new aws.AddNotificationChannelsCommand({
          ...{ profilingGroupName, channels: [channel('sns:one', channelId)] },
        }),
      ),
    bad: (client, { profilingGroupName }) =>
      client.send(new aws.AddNotificationChannelsCommand({ profilingGroupName, channels: [] })),
  },
  GetNotificationConfiguration: {
    ...{ status: 200, errors: 'VTRI', members: 'notificationConfiguration' },
    good: (client, { profilingGroupName }) =>
      client.send(new aws.GetNotificationConfigurationCommand({ profilingGroupName })),
    bad: (client) =>
      client.send(new aws.GetNotificationConfigurationCommand({ profilingGroupName: '%' })),
  },
  RemoveNotificationChannel: {
    ...{ status: 200, errors: 'VTRI', members: 'notificationConfiguration' },
    good: (client, { profilingGroupName, channelId }) =>
      client.send(new aws.RemoveNotificationChannelCommand({ profilingGroupName, channelId })),
    bad: (client, { profilingGroupName }) =>
      client.send(
        new aws.RemoveNotificationChannelCommand({ profilingGroupName, channelId: 'one' }),
      ),
  },
  PutPermission: {
    ...{ status: 200, errors: 'CVTRI', members: 'policy revisionId' },
    good: (client, { profilingGroupName }) =>
      client.send(
        new aws.PutPermissionCommand({ profilingGroupName, ...agentPermissions, principals }),
      ),
    bad: (client, { profilingGroupName }) =>
      client.send(
        new aws.PutPermissionCommand({ profilingGroupName, ...agentPermissions, principals: [] }),
      ),
  },
  GetPolicy: {
    ...{ status: 200, errors: 'TRI', members: 'policy revisionId' },
    good: (client, { profilingGroupName }) =>
      client.send(new aws.GetPolicyCommand({ profilingGroupName })),
  },
  RemovePermission: {
    ...{ status: 200, errors: 'CVTRI', members: 'policy revisionId' },
    good: (client, { profilingGroupName, revisionId }) =>
      client.send(
        new aws.RemovePermissionCommand({ profilingGroupName, ...agentPermissions, revisionId }),
      ),
    bad: (client, { profilingGroupName }) =>
      client.send(
        new aws.RemovePermissionCommand({
          ...{ profilingGroupName, actionGroup: 'everything' as never, revisionId: someId },
        }),
      ),
  },
  TagResource: {
    ...{ status: 204, errors: 'VRI' },
    good: (client, { profilingGroupName }) =>
      client.send(
        new aws.TagResourceCommand({
          resourceArn: arnOfGroup(profilingGroupName),
          tags: { a: '1' },
        }),
      ),
    bad: (client, { profilingGroupName }) =>
      client.send(
        new aws.TagResourceCommand({
          ...{ resourceArn: arnOfGroup(profilingGroupName), tags: { 'aws:a': '1' } },
        }),
      ),
  },
  ListTagsForResource: {
    ...{ status: 200, errors: 'VRI', members: 'tags' },
    good: (client, { profilingGroupName }) =>
      client.send(
        new aws.ListTagsForResourceCommand({ resourceArn: arnOfGroup(profilingGroupName) }),
      ),
    bad: (client) => client.send(new aws.ListTagsForResourceCommand({ resourceArn: 'shop' })),
  },
  UntagResource: {
    ...{ status: 204, errors: 'VRI' },
    good: (client, { profilingGroupName }) =>
      client.send(
        new aws.UntagResourceCommand({
          resourceArn: arnOfGroup(profilingGroupName),
          tagKeys: ['a'],
        }),
      ),
    bad: (client) =>
      client.send(
        new aws.UntagResourceCommand({ resourceArn: 'arn:aws:s3:::shop', tagKeys: ['a'] }),
      ),
  },
  GetRecommendations: {
    ...{
      status: 200,
      errors: 'VTRI',
      members: 'profilingGroupName profileStartTime profileEndTime recommendations anomalies',
    },
    good: (client, { profilingGroupName }) =>
      client.send(
        new aws.GetRecommendationsCommand({ profilingGroupName, ...range, locale: 'de-DE' }),
      ),
    bad: (client, { profilingGroupName }) =>
      client.send(
        new aws.GetRecommendationsCommand({ profilingGroupName, ...range, locale: 'xx' }),
      ),
  },
  ListFindingsReports: {
    ...{ status: 200, errors: 'VTRI', members: 'findingsReportSummaries' },
    good: (client, { profilingGroupName }) =>
      client.send(new aws.ListFindingsReportsCommand({ profilingGroupName, ...range })),
    bad: (client, { profilingGroupName }) =>
      client.send(new aws.ListFindingsReportsCommand({ profilingGroupName, ...wrongWay })),
  },
  GetFindingsReportAccountSummary: {
    ...{ status: 200, errors: 'VTI', members: 'reportSummaries' },
    good: (client) => client.send(new aws.GetFindingsReportAccountSummaryCommand({})),
    bad: (client) =>
      client.send(new aws.GetFindingsReportAccountSummaryCommand({ maxResults: 1001 })),
  },
  SubmitFeedback: {
    ...{ status: 204, errors: 'VTRI' },
    good: (client, { profilingGroupName, anomalyInstanceId }) =>
      client.send(
        new aws.SubmitFeedbackCommand({ profilingGroupName, anomalyInstanceId, type: 'Positive' }),
      ),
    bad: (client, { profilingGroupName }) =>
      client.send(
        new aws.SubmitFeedbackCommand({
          ...{ profilingGroupName, anomalyInstanceId: someId, type: 'Meh' as never },
        }),
      ),
  },
  DeleteProfilingGroup: {
    ...{ status: 204, errors: 'CVTRI' },
    good: (client, { profilingGroupName }) =>
      client.send(new aws.DeleteProfilingGroupCommand({ profilingGroupName })),
    bad: (client) =>
      client.send(new aws.DeleteProfilingGroupCommand({ profilingGroupName: 'a.b' })),
  },
};

/** How a conflict comes about; a group is updated and deleted whatever others do at the time. */
export const conflicts: Readonly<Record<string, Call>> = {
  CreateProfilingGroup: (client, { profilingGroupName }) =>
    client.send(new aws.CreateProfilingGroupCommand({ profilingGroupName, clientToken: 'other' })),
  AddNotificationChannels: (client, { profilingGroupName }) =>
    client.send(
      new aws.AddNotificationChannelsCommand({
        ...{ profilingGroupName, channels: [channel('sns:twice'), channel('sns:twice')] },
      }),
    ),
  PutPermission: (client, { profilingGroupName }) =>
    client.send(
      new aws.PutPermissionCommand({
        ...{ profilingGroupName, ...agentPermissions, principals, revisionId: someId },
      }),
    ),
  RemovePermission: (client, { profilingGroupName }) =>
    client.send(
      new aws.RemovePermissionCommand({
        ...{ profilingGroupName, ...agentPermissions, revisionId: someId },
      }),
    ),
};
export const withoutConflict = ['UpdateProfilingGroup', 'DeleteProfilingGroup'];

export const quotas: Readonly<Record<string, Call>> = {
  CreateProfilingGroup: (client) =>
    client.send(
      new aws.CreateProfilingGroupCommand({ profilingGroupName: 'one-more', clientToken: 'x' }),
    ),
  AddNotificationChannels: async (client, { profilingGroupName }) => {
    const add = (...uris: readonly string[]) => {
      const channels = uris.map((uri) => channel(uri));
      return client.send(new aws.AddNotificationChannelsCommand({ profilingGroupName, channels }));
    };
    await add('sns:first');
    return await add('sns:second', 'sns:third');
  },
};

export const known = (profilingGroupName: string): Known => ({
  ...{ profilingGroupName, revisionId: someId, channelId: someId, anomalyInstanceId: someId },
});
