import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CodeGuruProfilerClient,
  ConfigureAgentCommand,
  CreateProfilingGroupCommand,
  DescribeProfilingGroupCommand,
  PostAgentProfileCommand,
} from '@aws-sdk/client-codeguruprofiler';
import { AgentList, paths } from '@everflame/api';
import { expect, onTestFinished, test } from 'vitest';
import { startServer } from '../../start-server.ts';
import { configIn, noon } from '../../under-test.ts';

const profile = JSON.stringify({
  start: noon - 60_000,
  end: noon,
  agentMetadata: {
    sampleWeights: { WALL_TIME: 1 },
    durationInMs: 60_000,
    fleetInfo: { computeType: 'aws_ec2_instance', hostName: 'h-1', hostType: 'm5.large' },
    agentInfo: { type: 'CodeGuruProfiler-python', version: '1.2.6' },
    runtimeVersion: '3.11.7',
  },
  callgraph: { children: { 'app:main': { counts: { WALL_TIME: 60 } } } },
});

async function start(folder: string) {
  const server = await startServer({ ...configIn(folder), now: () => noon });
  const client = new CodeGuruProfilerClient({
    endpoint: server.url,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
  });
  const close = async () => {
    client.destroy();
    await server.close();
  };
  return { url: server.url, client, close };
}

test('what agents did and how they are to profile is true after a restart as well', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'everflame-agents-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const group = { profilingGroupName: 'shop' };
  const before = await start(folder);
  await before.client.send(new CreateProfilingGroupCommand({ ...group, clientToken: 't' }));
  const settings = { profilingEnabled: true, samplingIntervalMs: 200, periodSeconds: 3 };
  await fetch(before.url + paths.settings('shop'), {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(settings),
  });
  const asking = new ConfigureAgentCommand({ ...group, fleetInstanceId: 'h-1' });
  const { configuration } = await before.client.send(asking);
  expect(configuration).toEqual({
    shouldProfile: true,
    periodInSeconds: 3,
    agentParameters: {
      MaxStackDepth: '1000',
      MinimumTimeForReportingInMilliseconds: '1000',
      SamplingIntervalInMilliseconds: '200',
      MemoryUsageLimitPercent: '90',
      ReportingIntervalInMilliseconds: '3000',
    },
  });
  const agentProfile = new TextEncoder().encode(profile);
  await before.client.send(
    new PostAgentProfileCommand({ ...group, agentProfile, contentType: 'application/json' }),
  );
  await before.close();

  const after = await start(folder);
  const { profilingGroup } = await after.client.send(new DescribeProfilingGroupCommand(group));
  expect(profilingGroup?.profilingStatus).toEqual({
    latestAgentOrchestratedAt: new Date(noon),
    latestAgentProfileReportedAt: new Date(noon),
    latestAggregatedProfile: { start: new Date(noon - 120_000), period: 'PT5M' },
  });
  const { agents } = AgentList.parse(await (await fetch(after.url + paths.agents('shop'))).json());
  expect(agents).toEqual([
    {
      ...{ instance: 'h-1', agent: 'CodeGuruProfiler-python 1.2.6', isProfiling: true },
      ...{ askedMs: noon, reportedMs: noon },
    },
  ]);
  expect((await after.client.send(asking)).configuration).toEqual(configuration);
  await after.close();
});
