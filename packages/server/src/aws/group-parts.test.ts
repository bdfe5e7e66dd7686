import {
  AddNotificationChannelsCommand,
  CreateProfilingGroupCommand,
  DeleteProfilingGroupCommand,
  DescribeProfilingGroupCommand,
  GetNotificationConfigurationCommand,
  GetPolicyCommand,
  ListTagsForResourceCommand,
  PutPermissionCommand,
  RemoveNotificationChannelCommand,
  RemovePermissionCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-codeguruprofiler';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { arnOfGroup, openSdk, type SdkUnderTest } from './sdk-under-test.ts';

let sdk: SdkUnderTest;
beforeAll(async () => {
  sdk = await openSdk();
});
afterAll(() => sdk.close());

async function made(profilingGroupName: string) {
  const input = { profilingGroupName, clientToken: profilingGroupName };
  await sdk.client.send(new CreateProfilingGroupCommand(input));
  return { profilingGroupName };
}

const uuid = /^[a-f0-9]{8}(-[a-f0-9]{4}){3}-[a-f0-9]{12}$/;

test('a policy is a document in a string, which names one principal or a list of them', async () => {
  const of = { ...(await made('policy')), actionGroup: 'agentPermissions' } as const;
  const { client, url } = sdk;
  expect(await (await fetch(`${url}/profilingGroups/policy/policy`)).json()).toEqual({});
  const user = (name: string) => `arn:aws:iam::123456789012:user/${name}`;
  const put = (revisionId: string | undefined, ...principals: readonly string[]) =>
    client.send(new PutPermissionCommand({ ...of, revisionId, principals: [...principals] }));
  const first = await put(undefined, user('u'));
  expect(first.revisionId).toMatch(uuid);
  expect(JSON.parse(first.policy ?? '')).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'agentPermissions-statement',
        Effect: 'Allow',
        Principal: { AWS: user('u') },
        Action: ['codeguru-profiler:ConfigureAgent', 'codeguru-profiler:PostAgentProfile'],
        Resource: arnOfGroup('policy'),
      },
    ],
  });
  await expect(put(undefined, user('v'))).rejects.toMatchObject({ name: 'ConflictException' });
  const second = await put(first.revisionId, user('v'), user('w'), user('v'));
  const { Statement } = JSON.parse(second.policy ?? '');
  expect(Statement[0].Principal).toEqual({ AWS: [user('v'), user('w')] });
  const { policy, revisionId } = await client.send(new GetPolicyCommand(of));
  expect({ policy, revisionId }).toEqual({ policy: second.policy, revisionId: second.revisionId });
  const stale = new RemovePermissionCommand({ ...of, revisionId: first.revisionId });
  await expect(client.send(stale)).rejects.toMatchObject({ name: 'ConflictException' });
  const removed = await client.send(new RemovePermissionCommand({ ...of, revisionId }));
  expect(JSON.parse(removed.policy ?? '')).toEqual({ Version: '2012-10-17', Statement: [] });
  expect(removed.revisionId).toMatch(uuid);
  for (const bad of [
    [],
    ['*'],
    ['a b'],
    [''],
    Array.from({ length: 51 }, (_, i) => user(`${i}`)),
  ]) {
    await expect(put(removed.revisionId, ...bad)).rejects.toMatchObject({
      name: 'ValidationException',
    });
  }
});

test('channels are given ids where they have none, and come in their order', async () => {
  const of = await made('channels');
  const { client } = sdk;
  const eventPublishers = ['AnomalyDetection' as const];
  const add = (channels: { uri: string; id?: string }[]) =>
    client.send(
      new AddNotificationChannelsCommand({
        ...of,
        channels: channels.map((channel) => ({ eventPublishers, ...channel })),
      }),
    );
  const empty = await client.send(new GetNotificationConfigurationCommand(of));
  expect(empty.notificationConfiguration).toEqual({ channels: [] });
  const id = '0123abcd-0000-1111-2222-333344445555';
  const topic = 'arn:aws:sns:eu-central-1:123456789012:topic';
  const { notificationConfiguration } = await add([{ uri: topic }, { uri: 'two', id }]);
  const channels = [
    { id: expect.stringMatching(uuid), uri: topic, eventPublishers },
    { id, uri: 'two', eventPublishers },
  ];
  expect(notificationConfiguration).toEqual({ channels });
  await expect(add([{ uri: 'three' }])).rejects.toMatchObject({
    name: 'ServiceQuotaExceededException',
    $metadata: { httpStatusCode: 402 },
  });
  const remove = new RemoveNotificationChannelCommand({ ...of, channelId: id });
  const left = await client.send(remove);
  expect(left.$metadata.httpStatusCode).toBe(200);
  expect(left.notificationConfiguration).toEqual({ channels: channels.slice(0, 1) });
  await expect(client.send(remove)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  for (const bad of [
    [],
    [{ uri: '' }],
    [{ uri: 'x', id: 'X' }],
    [{ uri: 'x', eventPublishers: [] }],
    [{ uri: 'x', eventPublishers: ['Other' as never] }],
    [{ uri: 'a' }, { uri: 'b' }, { uri: 'c' }],
  ]) {
    await expect(add(bad)).rejects.toMatchObject({ name: 'ValidationException' });
  }
});

test('tags are added, replaced and taken off, fifty at most', async () => {
  await made('tags');
  const { client } = sdk;
  const resourceArn = arnOfGroup('tags');
  const tag = (tags: Record<string, string>) =>
    client.send(new TagResourceCommand({ resourceArn, tags }));
  const untag = (...tagKeys: string[]) =>
    client.send(new UntagResourceCommand({ resourceArn, tagKeys }));
  const tags = async () =>
    (await client.send(new ListTagsForResourceCommand({ resourceArn }))).tags;
  expect(await tags()).toEqual({});
  expect((await tag({ a: '1', 'b c/ü&=+': '' })).$metadata.httpStatusCode).toBe(204);
  await tag({ a: '2', d: 'x' });
  expect(await tags()).toEqual({ a: '2', 'b c/ü&=+': '', d: 'x' });
  expect((await untag('b c/ü&=+', 'a', 'nothing')).$metadata.httpStatusCode).toBe(204);
  expect(await tags()).toEqual({ d: 'x' });
  const of = { profilingGroupName: 'tags' };
  const { profilingGroup } = await client.send(new DescribeProfilingGroupCommand(of));
  expect(profilingGroup?.tags).toEqual({ d: 'x' });
  const many = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, '']));
  for (const bad of [
    { '': 'x' },
    { 'aws:x': '' },
    { 'AWS:x': '' },
    { ['k'.repeat(129)]: '' },
    { k: 'v'.repeat(257) },
    many(51),
    many(50),
  ]) {
    await expect(tag(bad)).rejects.toMatchObject({ name: 'ValidationException' });
  }
  await tag({ ...many(48), ['k'.repeat(128)]: 'v'.repeat(256) });
  await expect(tag({ oneMore: '' })).rejects.toMatchObject({ name: 'ValidationException' });
  expect(Object.keys((await tags()) ?? {})).toHaveLength(50);
});

test('an ARN is one segment, its colons escaped or not, of any region and account', async () => {
  await made('arn_1-x');
  const status = async (path: string, method = 'GET') =>
    (await fetch(`${sdk.url}${path}`, { method })).status;
  for (const arn of [
    'arn%3Aaws%3Acodeguru-profiler%3Aeu-west-1%3A123456789012%3AprofilingGroup%2Farn_1-x',
    'arn:aws:codeguru-profiler:eu-west-1:123456789012:profilingGroup%2Farn_1-x',
    'arn:aws-cn:codeguru-profiler:cn-north-1:000000000000:profilingGroup%2farn_1-x',
    'arn:aws:codeguru-profiler:::profilingGroup%2Farn_1-x',
  ]) {
    expect([arn, await status(`/tags/${arn}`)]).toEqual([arn, 200]);
    expect(await status(`/tags/${arn}?tagKeys=a&tagKeys=b`, 'DELETE')).toBe(204);
  }
  for (const wrong of [
    'arn_1-x',
    'arn:aws:s3:::arn_1-x',
    'arn%3Aaws',
    'arn:aws:codeguru-profiler:a:1:profilingGroup%2F',
  ]) {
    expect([wrong, await status(`/tags/${wrong}`)]).toEqual([wrong, 400]);
  }
  const arn = 'arn:aws:codeguru-profiler:a:1:profilingGroup%2Farn_1-x';
  expect(await status(`/tags/${arn}`, 'DELETE')).toBe(400);
});

test('what belonged to a group is not found under its name when it is made anew', async () => {
  const of = await made('anew');
  const { client } = sdk;
  const channels = [{ uri: 'x', eventPublishers: ['AnomalyDetection' as const] }];
  const permission = { ...of, actionGroup: 'agentPermissions' as const, principals: ['me'] };
  await client.send(new PutPermissionCommand(permission));
  await client.send(new AddNotificationChannelsCommand({ ...of, channels }));
  await client.send(new TagResourceCommand({ resourceArn: arnOfGroup('anew'), tags: { a: '' } }));
  await client.send(new DeleteProfilingGroupCommand(of));
  await made('anew');
  expect((await client.send(new GetPolicyCommand(of))).policy).toBeUndefined();
  const { notificationConfiguration } = await client.send(
    new GetNotificationConfigurationCommand(of),
  );
  expect(notificationConfiguration?.channels).toEqual([]);
  const { profilingGroup } = await client.send(new DescribeProfilingGroupCommand(of));
  expect(profilingGroup?.tags).toEqual({});
});
