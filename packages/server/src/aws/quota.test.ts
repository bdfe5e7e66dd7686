import { once } from 'node:events';
import { request } from 'node:http';
import { CreateProfilingGroupCommand, GetProfileCommand } from '@aws-sdk/client-codeguruprofiler';
import { expect, test } from 'vitest';
import { foldedText, noon } from '../under-test.ts';
import { openSdk, postProfile, type SdkUnderTest } from './sdk-under-test.ts';

const generous = { perSecond: 1000, burst: 1000 };

async function withGroup(uploads: { perSecond: number; burst: number }, attempts: number) {
  const sdk = await openSdk({ quotas: { uploads, others: generous } }, attempts);
  const input = { profilingGroupName: 'shop', clientToken: 'x' };
  await sdk.client.send(new CreateProfilingGroupCommand(input));
  return sdk;
}

/** Seconds that ran, by all profiles that are stored. */
async function runningSeconds({ client }: SdkUnderTest): Promise<number> {
  const { profile } = await client.send(
    new GetProfileCommand({
      ...{ profilingGroupName: 'shop', accept: 'application/json', period: 'PT1H' },
      endTime: new Date(noon + 300_000),
    }),
  );
  const text = new TextDecoder().decode(profile);
  const counts = [...text.matchAll(/"RUNNABLE":(\d+)(?=[,}])/g)].map(([, count]) => Number(count));
  // The last is the weight of a sample, by which counts are divided.
  return counts.reduce((sum, count) => (count === 1e9 ? sum : sum + count), 0) / 1e9;
}

test('a client that overruns its quota of uploads tries again and succeeds, and all is stored once', async () => {
  const sdk = await withGroup({ perSecond: 4, burst: 2 }, 10);
  try {
    const tokens = Array.from({ length: 8 }, (_, index) => `p${index}`);
    const answers = await Promise.all(
      tokens.map((token) => sdk.client.send(postProfile('shop', token))),
    );
    expect(answers.map(({ $metadata }) => $metadata.httpStatusCode)).toEqual(tokens.map(() => 204));
    expect(Math.max(...answers.map(({ $metadata }) => $metadata.attempts ?? 0))).toBeGreaterThan(1);
    const { values } = await sdk.needs.metrics.requests.get();
    const refused = values.find(({ labels }) => Number(labels.status) === 429);
    expect(refused?.labels.route).toBe('PostAgentProfile');
    // Once more, each is known by its token.
    for (const token of tokens) await sdk.client.send(postProfile('shop', token));
    expect(await runningSeconds(sdk)).toBe(8 * 35);
  } finally {
    await sdk.close();
  }
}, 30_000);

test('a refused upload is answered before its body came, under both APIs', async () => {
  const sdk = await withGroup({ perSecond: 0, burst: 0 }, 1);
  const head = { 'content-type': 'application/json', 'content-length': 1_000_000 };
  const expected = [
    ['/profilingGroups/shop/agentProfile', 'ThrottlingException'],
    ['/api/v1/groups/shop/profiles', undefined],
  ] as const;
  try {
    for (const [path, exception] of expected) {
      const upload = request(sdk.url + path, { method: 'POST', headers: head });
      upload.on('error', () => undefined);
      upload.write(foldedText);
      const [answer] = await once(upload, 'response');
      expect(answer.statusCode).toBe(429);
      expect(answer.headers['retry-after']).toBe('1');
      expect(answer.headers['x-amzn-errortype']).toBe(exception);
      let text = '';
      for await (const chunk of answer) text += chunk;
      if (exception === undefined) expect(JSON.parse(text).code).toBe('too-many-requests');
      upload.destroy();
    }
    expect(sdk.needs.writer.waiting).toBe(0);
    expect(await runningSeconds(sdk)).toBe(0);
  } finally {
    await sdk.close();
  }
});
