import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CodeGuruProfilerClient,
  ConfigureAgentCommand,
  ConflictException,
  CreateProfilingGroupCommand,
  DeleteProfilingGroupCommand,
  DescribeProfilingGroupCommand,
  GetProfileCommand,
  ListProfileTimesCommand,
  ListProfilingGroupsCommand,
  PostAgentProfileCommand,
  ResourceNotFoundException,
  UpdateProfilingGroupCommand,
  ValidationException,
} from '@aws-sdk/client-codeguruprofiler';
import { load } from 'ion-js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningServer, startServer } from '../start-server.ts';
import { configIn, noon } from '../under-test.ts';
import { postProfile } from './sdk-under-test.ts';

/** The official client against a real socket; its clock and ours stand at noon. */
let folder: string;
let server: RunningServer;
let client: CodeGuruProfilerClient;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'everflame-aws-'));
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

const create = (profilingGroupName: string, clientToken = profilingGroupName.slice(0, 64)) =>
  client.send(new CreateProfilingGroupCommand({ profilingGroupName, clientToken }));

const post = (profilingGroupName: string, profileToken: string, end?: number) =>
  client.send(postProfile(profilingGroupName, profileToken, end));

interface Node {
  readonly counts?: Readonly<Record<string, number>>;
  readonly children?: Readonly<Record<string, Node>>;
}

function countsOf(root: Node): Record<string, number> {
  const sums: Record<string, number> = {};
  const rest = [root];
  for (let node = rest.pop(); node; node = rest.pop()) {
    for (const [state, count] of Object.entries(node.counts ?? {})) {
      sums[state] = (sums[state] ?? 0) + count;
    }
    rest.push(...Object.values(node.children ?? {}));
  }
  return sums;
}

test('a group is created, described, listed, updated and deleted', async () => {
  const { profilingGroup, $metadata } = await client.send(
    new CreateProfilingGroupCommand({
      profilingGroupName: 'life',
      clientToken: 't1',
      computePlatform: 'AWSLambda',
      agentOrchestrationConfig: { profilingEnabled: true },
      tags: { team: 'shop' },
    }),
  );
  expect($metadata.httpStatusCode).toBe(201);
  expect($metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
  expect(profilingGroup).toMatchObject({
    name: 'life',
    arn: 'arn:aws:codeguru-profiler:eu-central-1:000000000000:profilingGroup/life',
    computePlatform: 'AWSLambda',
    createdAt: new Date(noon),
    agentOrchestrationConfig: { profilingEnabled: true },
    tags: { team: 'shop' },
  });
  const of = { profilingGroupName: 'life' };
  const described = await client.send(new DescribeProfilingGroupCommand(of));
  expect(described.profilingGroup?.name).toBe('life');
  const updated = await client.send(
    new UpdateProfilingGroupCommand({
      ...of,
      agentOrchestrationConfig: { profilingEnabled: false },
    }),
  );
  expect(updated.profilingGroup?.agentOrchestrationConfig).toEqual({ profilingEnabled: false });
  const metadata = { ComputePlatform: 'AWSLambda' } as const;
  const paused = await client.send(new ConfigureAgentCommand({ ...of, metadata }));
  expect(paused.configuration?.shouldProfile).toBe(false);
  const deleted = await client.send(new DeleteProfilingGroupCommand(of));
  expect(deleted.$metadata.httpStatusCode).toBe(204);
  await expect(client.send(new DescribeProfilingGroupCommand(of))).rejects.toThrow(
    ResourceNotFoundException,
  );
  await expect(client.send(new DeleteProfilingGroupCommand(of))).rejects.toThrow(
    ResourceNotFoundException,
  );
});

test('the same client token creates once, another one conflicts', async () => {
  await create('once', 'token');
  expect((await create('once', 'token')).profilingGroup?.name).toBe('once');
  await expect(create('once', 'other')).rejects.toThrow(ConflictException);
});

test('groups are listed page by page, by name or with descriptions, long names too', async () => {
  const long = 'z'.repeat(200);
  for (const name of ['list-a', 'list-b', `${long}1`, `${long}2`]) await create(name);
  const names: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await client.send(new ListProfilingGroupsCommand({ maxResults: 1, nextToken }));
    names.push(...(page.profilingGroupNames ?? []));
    nextToken = page.nextToken;
    if (nextToken !== undefined) expect(nextToken).toMatch(/^[\w-]{1,64}$/);
  } while (nextToken !== undefined);
  expect(names).toEqual(names.toSorted());
  expect(names).toEqual(expect.arrayContaining(['list-a', 'list-b', `${long}1`, `${long}2`]));
  const described = await client.send(
    new ListProfilingGroupsCommand({ includeDescription: true, maxResults: 2 }),
  );
  expect(described.profilingGroupNames).toEqual([]);
  expect(described.profilingGroups?.map(({ name }) => name)).toEqual(names.slice(0, 2));
});

test('agents are told what AWS tells them, and ours, with options of its own, only whether to profile', async () => {
  await create('agents');
  const of = { profilingGroupName: 'agents', fleetInstanceId: 'i-1', metadata: {} };
  const { configuration } = await client.send(new ConfigureAgentCommand(of));
  expect(configuration).toEqual({
    agentParameters: {
      MaxStackDepth: '1000',
      MinimumTimeForReportingInMilliseconds: '60000',
      SamplingIntervalInMilliseconds: '1000',
      MemoryUsageLimitPercent: '10',
      ReportingIntervalInMilliseconds: '300000',
    },
    periodInSeconds: 300,
    shouldProfile: true,
  });
  const ours = await fetch(`${server.url}/profilingGroups/agents/configureAgent`, {
    method: 'POST',
    headers: { 'user-agent': 'everflame-agent-nodejs/0.1.0', 'content-type': 'application/json' },
    body: JSON.stringify(of),
  });
  expect(await ours.json()).toEqual({ shouldProfile: true });
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  expect(metrics).toMatch(/everflame_agents 1\n/);
});

test('an agent that does not run on AWS Lambda is refused by a group for it, and no other way round', async () => {
  const profilingGroupName = 'lambda';
  await client.send(
    new CreateProfilingGroupCommand({
      ...{ profilingGroupName, clientToken: 'l1', computePlatform: 'AWSLambda' },
    }),
  );
  const asked = (name: string, metadata: Record<string, string>) =>
    client.send(new ConfigureAgentCommand({ profilingGroupName: name, metadata }));
  const elsewhere: readonly Record<string, string>[] = [{}, { ComputePlatform: 'Default' }];
  for (const metadata of elsewhere) {
    await expect(asked('lambda', metadata)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('agent  is not running on AWS Lambda. Please refer'),
    });
  }
  const onLambda = { ComputePlatform: 'AWSLambda' };
  for (const name of ['lambda', 'agents']) {
    expect((await asked(name, onLambda)).configuration?.shouldProfile).toBe(true);
  }
});

test('a profile that was posted comes back with its counts, once for each token', async () => {
  await create('round');
  expect((await post('round', 'p1')).$metadata.httpStatusCode).toBe(204);
  await post('round', 'p1');
  const of = {
    profilingGroupName: 'round',
    startTime: new Date(noon - 3_600_000),
    endTime: new Date(noon + 300_000),
  };
  const answer = await client.send(new GetProfileCommand({ ...of, accept: 'application/json' }));
  expect(answer.contentType).toBe('application/json');
  const { callgraph, agentMetadata } = JSON.parse(new TextDecoder().decode(answer.profile)) as {
    callgraph: Node;
    agentMetadata: { sampleWeights: object };
  };
  // An aggregate counts nanoseconds, and says so in its sample weights, so that nothing is rounded away.
  expect(agentMetadata.sampleWeights).toEqual({ RUNNABLE: 1e9, BLOCKED: 1e9 });
  expect(countsOf(callgraph)).toEqual({ RUNNABLE: 35e9, BLOCKED: 10e9 });

  const ion = await client.send(new GetProfileCommand({ ...of, accept: undefined }));
  expect(ion.contentType).toBe('application/x-amzn-ion');
  const read = JSON.parse(JSON.stringify(load(ion.profile!))) as { callgraph: Node };
  expect(read.callgraph).toEqual(callgraph);

  const shallow = await client.send(
    new GetProfileCommand({ ...of, accept: 'application/json', maxDepth: 1 }),
  );
  const cut = JSON.parse(new TextDecoder().decode(shallow.profile)) as { callgraph: Node };
  expect(Object.keys(cut.callgraph.children ?? {})).toEqual(['app.Main.main']);
  expect(cut.callgraph.children?.['app.Main.main']?.children).toBeUndefined();

  const described = await client.send(
    new DescribeProfilingGroupCommand({ profilingGroupName: 'round' }),
  );
  expect(described.profilingGroup?.profilingStatus).toMatchObject({
    latestAgentProfileReportedAt: new Date(noon),
    latestAggregatedProfile: { period: 'PT5M' },
  });
});

test('GetProfile takes any two of start, end and period, or the period alone', async () => {
  const of = { profilingGroupName: 'round', accept: 'application/json' };
  const startTime = new Date(noon - 3_600_000);
  const endTime = new Date(noon + 300_000);
  const period = 'PT2H';
  for (const good of [
    { period },
    { startTime, period },
    { endTime, period },
    { startTime, endTime },
  ]) {
    const { profile } = await client.send(new GetProfileCommand({ ...of, ...good }));
    const { callgraph } = JSON.parse(new TextDecoder().decode(profile)) as { callgraph: Node };
    expect(countsOf(callgraph).RUNNABLE).toBe(35e9);
  }
  for (const bad of [
    {},
    { startTime },
    { endTime },
    { startTime, endTime, period },
    { startTime: endTime, endTime: startTime },
    { period: 'P8D' },
    { period: 'soon' },
    { period, maxDepth: 0 },
    { period, maxDepth: 10_001 },
    { period, accept: 'text/plain' },
  ]) {
    await expect(client.send(new GetProfileCommand({ ...of, ...bad }))).rejects.toThrow(
      ValidationException,
    );
  }
});

test('the times of profiles are listed in either order, page by page', async () => {
  await create('times');
  const starts = [0, 1, 2].map((back) => noon - 120_000 - back * 300_000);
  for (const [index, start] of starts.entries()) await post('times', `t${index}`, start + 60_000);
  const of = {
    profilingGroupName: 'times',
    startTime: new Date(noon - 3_600_000),
    endTime: new Date(noon + 60_000),
    period: 'PT5M',
  } as const;
  const all = async (orderBy?: 'TimestampAscending' | 'TimestampDescending') => {
    const times: number[] = [];
    let nextToken: string | undefined;
    do {
      const page = await client.send(
        new ListProfileTimesCommand({ ...of, orderBy, maxResults: 2, nextToken }),
      );
      times.push(...(page.profileTimes ?? []).map(({ start }) => start!.getTime()));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return times;
  };
  const descending = await all();
  expect(descending).toHaveLength(3);
  expect(descending).toEqual(descending.toSorted((a, b) => b - a));
  expect(await all('TimestampAscending')).toEqual(descending.toReversed());
  await expect(
    client.send(new ListProfileTimesCommand({ ...of, startTime: of.endTime })),
  ).rejects.toThrow(ValidationException);
});

test('what the model forbids is a ValidationException', async () => {
  await expect(create('bad name!', 'x')).rejects.toThrow(ValidationException);
  await expect(create('x'.repeat(256), 'x')).rejects.toThrow(ValidationException);
  await expect(create('fine', 'not a token')).rejects.toThrow(ValidationException);
  await expect(
    client.send(
      new ConfigureAgentCommand({ profilingGroupName: 'agents', fleetInstanceId: 'x'.repeat(256) }),
    ),
  ).rejects.toThrow(ValidationException);
  await expect(
    client.send(new ListProfilingGroupsCommand({ nextToken: 'nonsense' })),
  ).rejects.toThrow(ValidationException);
  await expect(post('agents', 'x'.repeat(65))).rejects.toThrow(ValidationException);
  await expect(post('nobody', 'x')).rejects.toThrow(ResourceNotFoundException);
  await expect(
    client.send(
      new PostAgentProfileCommand({
        profilingGroupName: 'agents',
        agentProfile: new TextEncoder().encode('nonsense'),
        contentType: 'application/json',
      }),
    ),
  ).rejects.toThrow(ValidationException);
});

test('an error is named in a header and in the body', async () => {
  const response = await fetch(`${server.url}/profilingGroups/nobody`);
  expect(response.status).toBe(404);
  expect(response.headers.get('x-amzn-errortype')).toBe('ResourceNotFoundException');
  expect(response.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
  expect(await response.json()).toEqual({
    __type: 'ResourceNotFoundException',
    message: expect.stringContaining('nobody'),
  });
});

test.each([
  ['GET', '/tags/arn:aws:codeguru-profiler:x:0:profilingGroup/g'],
  ['POST', '/internal/findingsReports'],
  ['PATCH', '/profilingGroups'],
  ['GET', '/profilingGroups/a/b/c'],
  ['GET', '/profilingGroups/'],
])('%s %s is no operation', async (method, path) => {
  const response = await fetch(server.url + path, { method });
  expect(response.status).toBe(404);
  expect(response.headers.get('x-amzn-errortype')).toBe('UnknownOperationException');
});

test('an encoded slash stays in its segment, and is then no name', async () => {
  const response = await fetch(`${server.url}/profilingGroups/a%2Fb`);
  expect(response.headers.get('x-amzn-errortype')).toBe('ValidationException');
});
