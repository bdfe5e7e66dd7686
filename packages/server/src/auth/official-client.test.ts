import {
  CodeGuruProfilerClient,
  ConfigureAgentCommand,
  CreateProfilingGroupCommand,
  DescribeProfilingGroupCommand,
  GetProfileCommand,
  ListTagsForResourceCommand,
  PostAgentProfileCommand,
  UpdateProfilingGroupCommand,
} from '@aws-sdk/client-codeguruprofiler';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSdk, type SdkUnderTest } from '../aws/sdk-under-test.ts';
import type { KeyWithSecret } from '../storage/keys.ts';

/** The official client over a real socket, with credentials that are checked. */
let server: SdkUnderTest;
let operator: KeyWithSecret;

beforeAll(async () => {
  server = await openSdk({ now: Date.now });
  await server.needs.catalog.keys.create({ name: 'root', role: 'admin' });
  operator = await server.needs.catalog.keys.create({ name: 'team', role: 'operator' });
});
afterAll(() => server.close());

const clientOf = (
  { key, secret }: KeyWithSecret,
  more: { readonly systemClockOffset?: number; readonly maxAttempts?: number } = {},
) =>
  new CodeGuruProfilerClient({
    endpoint: server.url,
    region: 'eu-central-1',
    credentials: { accessKeyId: key.id, secretAccessKey: secret },
    maxAttempts: 1,
    ...more,
  });

const group = { profilingGroupName: 'shop' };
const agentProfile = new TextEncoder().encode('main;work 5\n');

test('with the right secret it reads and writes', async () => {
  const client = clientOf(operator);
  await client.send(new CreateProfilingGroupCommand({ ...group, clientToken: 'one' }));
  await client.send(new ConfigureAgentCommand({ ...group, fleetInstanceId: 'i-1' }));
  const post = { ...group, agentProfile, contentType: 'text/plain' };
  await client.send(new PostAgentProfileCommand(post));
  const agentOrchestrationConfig = { profilingEnabled: false };
  await client.send(new UpdateProfilingGroupCommand({ ...group, agentOrchestrationConfig }));
  const { profilingGroup } = await client.send(new DescribeProfilingGroupCommand(group));
  expect(profilingGroup?.agentOrchestrationConfig?.profilingEnabled).toBe(false);
  // Its address has an ARN, whose encoding is signed twice.
  const resourceArn = profilingGroup?.arn;
  const { tags } = await client.send(new ListTagsForResourceCommand({ resourceArn }));
  expect(tags).toEqual({});
  const asked = { ...group, period: 'PT1H', accept: 'application/json' };
  const { profile } = await client.send(new GetProfileCommand(asked));
  expect(profile?.length).toBeGreaterThan(0);
});

test.each([
  [
    'a wrong secret',
    'InvalidSignatureException',
    (key: KeyWithSecret) => ({ ...key, secret: 'no' }),
  ],
  [
    'an unknown key',
    'UnrecognizedClientException',
    ({ key, secret }: KeyWithSecret) => ({ key: { ...key, id: 'AKIDEXAMPLE' }, secret }),
  ],
] as const)('with %s it is refused by name', async (_, name, changed) => {
  const client = clientOf(changed(operator));
  for (const command of [
    new DescribeProfilingGroupCommand(group),
    new PostAgentProfileCommand({ ...group, agentProfile, contentType: 'text/plain' }),
  ]) {
    const refused = client.send(command as DescribeProfilingGroupCommand);
    await expect(refused).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 403 } });
  }
});

test('with a clock that is wrong it is refused, learns the time, and is let in', async () => {
  const systemClockOffset = -3_600_000;
  const once = clientOf(operator, { systemClockOffset });
  const describe = new DescribeProfilingGroupCommand(group);
  await expect(once.send(describe)).rejects.toMatchObject({ name: 'InvalidSignatureException' });
  const twice = clientOf(operator, { systemClockOffset, maxAttempts: 2 });
  expect((await twice.send(describe)).profilingGroup?.name).toBe('shop');
});

test('who may not do something is told so by name', async () => {
  const viewer = await server.needs.catalog.keys.create({ name: 'guest', role: 'viewer' });
  const client = clientOf(viewer);
  await client.send(new DescribeProfilingGroupCommand(group));
  const agentOrchestrationConfig = { profilingEnabled: true };
  const update = new UpdateProfilingGroupCommand({ ...group, agentOrchestrationConfig });
  await expect(client.send(update)).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message:
      'User: arn:aws:iam::000000000000:user/guest is not authorized to perform: codeguru-profiler:UpdateProfilingGroup on resource: arn:aws:codeguru-profiler:eu-central-1:000000000000:profilingGroup/shop',
  });
});
