import {
  CreateProfilingGroupCommand,
  PostAgentProfileCommand,
} from '@aws-sdk/client-codeguruprofiler';
import { type GroupDetail, paths } from '@everflame/api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { noon } from '../../under-test.ts';
import { openSdk, type SdkUnderTest } from '../sdk-under-test.ts';

let sdk: SdkUnderTest;
beforeAll(async () => {
  sdk = await openSdk();
});
afterAll(() => sdk.close());

async function secondsOf(group: string): Promise<number> {
  const range = `from=${noon - 3_600_000}&to=${noon}`;
  const response = await fetch(`${sdk.url}${paths.group(group)}?${range}`);
  const { measures } = (await response.json()) as GroupDetail;
  const { states = [] } = measures.find(({ measure }) => measure === 'wall') ?? {};
  return states.reduce((sum, { total }) => sum + total, 0) / 1e9;
}

/** Not the first of its process: what it claims is of that one. */
const later = JSON.stringify({
  start: noon - 60_000,
  end: noon,
  agentMetadata: {
    sampleWeights: { WALL_TIME: 0.3 },
    fleetInfo: { computeType: 'aws_ec2_instance', hostName: 'h-1', hostType: 'm5.large' },
    agentInfo: { type: 'CodeGuruProfiler-python', version: '1.2.6' },
  },
  callgraph: { children: { 'app:main': { counts: { WALL_TIME: 45 } } } },
  debugInfo: { agentStartTime: new Date(noon - 3_600_000).toISOString() },
});

test.each([
  ['told-nothing', {}, 45],
  ['told-half-a-second', { samplingIntervalMs: 500 }, 22.5],
  // No official agent is told to look oftener than ten times a second.
  ['told-too-often', { samplingIntervalMs: 10 }, 4.5],
])(
  '%s: a count weighs the interval that the agent was told, where its claim is of another profile',
  async (group, settings, expected) => {
    const of = { profilingGroupName: group, clientToken: group };
    await sdk.client.send(new CreateProfilingGroupCommand(of));
    await fetch(sdk.url + paths.settings(group), {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ profilingEnabled: true, ...settings }),
    });
    await sdk.client.send(
      new PostAgentProfileCommand({
        ...{ profilingGroupName: group, contentType: 'application/json' },
        agentProfile: new TextEncoder().encode(later),
      }),
    );
    expect(await secondsOf(group)).toBeCloseTo(expected, 6);
  },
);
