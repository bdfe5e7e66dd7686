// biome-ignore lint/correctness/noUndeclaredDependencies: only test files open it.
import { CodeGuruProfilerClient, PostAgentProfileCommand } from '@aws-sdk/client-codeguruprofiler';
import { createHttp, listen, stopListening } from '../http-server.ts';
import type { ServerConfig } from '../server-config.ts';
import { noon, openUnderTest, type UnderTest } from '../under-test.ts';

/** The official client against a server with a real socket. */
export interface SdkUnderTest extends UnderTest {
  readonly url: string;
  readonly client: CodeGuruProfilerClient;
}

/** `maxAttempts`: how often the client tries; once, so that a test sees every refusal. */
export async function openSdk(
  overrides: Partial<ServerConfig> = {},
  maxAttempts = 1,
): Promise<SdkUnderTest> {
  const under = await openUnderTest(overrides);
  const http = createHttp(under.needs);
  const port = await listen(http, { host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${port}`;
  const client = new CodeGuruProfilerClient({
    endpoint: url,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
    maxAttempts,
  });
  return {
    ...under,
    url,
    client,
    async close() {
      client.destroy();
      await stopListening(http);
      await under.close();
    },
  };
}

/** One minute of an agent, with 35 samples that run and 10 that are blocked. */
const agentProfile = (end = noon): string =>
  JSON.stringify({
    start: end - 60_000,
    end,
    agentMetadata: {
      sampleWeights: { WALL_TIME: 1, RUNNABLE: 1 },
      durationInMs: 60_000,
      fleetInfo: { computeType: 'aws_ec2_instance', hostName: 'h-1', hostType: 'm5.large' },
      agentInfo: { type: 'CodeGuruProfiler-java', version: '1.2.3' },
      agentOverhead: { memoryInMB: 2, timeInMs: 40 },
      runtimeVersion: '17',
      cpuTimeInSeconds: 12,
      metrics: { numThreads: 9 },
      numTimesSampled: 60,
    },
    callgraph: {
      children: {
        'app.Main.main': {
          children: {
            'app.Shop.find': { counts: { RUNNABLE: 30 }, file: 'Shop.java', line: [12, 20] },
            'app.Shop.lock': {
              counts: { BLOCKED: 10 },
              children: { deep: { counts: { RUNNABLE: 5 } } },
            },
          },
        },
      },
    },
  });

export const postProfile = (
  profilingGroupName: string,
  profileToken: string,
  end?: number,
): PostAgentProfileCommand =>
  new PostAgentProfileCommand({
    profilingGroupName,
    profileToken,
    agentProfile: new TextEncoder().encode(agentProfile(end)),
    contentType: 'application/json',
  });

export const arnOfGroup = (name: string): string =>
  `arn:aws:codeguru-profiler:eu-central-1:000000000000:profilingGroup/${name}`;
