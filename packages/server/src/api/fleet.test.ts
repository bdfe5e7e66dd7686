import { AgentList, GroupSettings, ProblemBody } from '@everflame/api';
import { paths } from '@everflame/api/paths';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createGroup, noon, openUnderTest, type UnderTest, upload } from '../under-test.ts';

let server: UnderTest;

beforeEach(async () => {
  server = await openUnderTest();
  await createGroup(server.app);
});
afterEach(() => server.close());

const write = (settings: object, name = 'shop') =>
  server.app.request(paths.settings(name), {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(settings),
  });

const settings = async () =>
  GroupSettings.parse(await (await server.app.request(paths.settings('shop'))).json());

const agents = async (query = '') =>
  AgentList.parse(await (await server.app.request(`${paths.agents('shop')}?${query}`)).json());

/** What an agent that calls itself so is told. */
async function ask(body: object, userAgent = 'Boto3/1.43'): Promise<boolean> {
  const response = await server.app.request('/profilingGroups/shop/configureAgent', {
    method: 'POST',
    headers: { 'user-agent': userAgent },
    body: JSON.stringify(body),
  });
  return ((await response.json()) as { shouldProfile: boolean }).shouldProfile;
}

const told = async () =>
  (await agents()).agents.map(({ instance, rests }) => [instance, rests ?? 'profiles']);

test('settings come back as they were set, and what is left out is up to the agents again', async () => {
  expect(await settings()).toEqual({ profilingEnabled: true });
  const full = {
    ...{ profilingEnabled: false, samplingIntervalMs: 20, periodSeconds: 30 },
    ...{ instances: 2, turnSeconds: 60 },
  };
  expect(await (await write(full)).json()).toEqual(full);
  expect(await settings()).toEqual(full);
  await write({ profilingEnabled: true, periodSeconds: 900 });
  expect(await settings()).toEqual({ profilingEnabled: true, periodSeconds: 900 });
});

test.each([
  [{}, 'profilingEnabled'],
  [{ profilingEnabled: true, samplingIntervalMs: 0 }, 'samplingIntervalMs'],
  [{ profilingEnabled: true, samplingIntervalMs: 1.5 }, 'samplingIntervalMs'],
  [{ profilingEnabled: true, periodSeconds: 3601 }, 'periodSeconds'],
  [{ profilingEnabled: true, instances: 0 }, 'instances'],
  [{ profilingEnabled: true, periodSeconds: 1800 }, 'turnSeconds'],
  [{ profilingEnabled: true, periodSeconds: 60, turnSeconds: 30 }, 'turnSeconds'],
  [{ profilingEnabled: true, period: 60 }, 'period'],
])('%o is refused, and says what is wrong', async (wrong, where) => {
  const response = await write(wrong);
  expect(response.status).toBe(400);
  const problem = ProblemBody.parse(await response.json());
  expect(problem.code).toBe('invalid-body');
  expect(problem.detail).toContain(where);
  expect(await settings()).toEqual({ profilingEnabled: true });
});

test('a group that is not there has neither agents nor settings', async () => {
  expect((await write({ profilingEnabled: true }, 'nobody')).status).toBe(404);
  for (const path of [paths.settings('nobody'), paths.agents('nobody')]) {
    expect((await server.app.request(path)).status).toBe(404);
  }
});

test('settings of a group that is deleted while they arrive are not said to be set', async () => {
  const bytes = new TextEncoder().encode('{"profilingEnabled":true,"periodSeconds":60}');
  const body = new ReadableStream<Uint8Array>(
    {
      // It is read once the group was found.
      pull: async (stream) => {
        await server.app.request(paths.group('shop'), { method: 'DELETE' });
        stream.enqueue(bytes);
        stream.close();
      },
    },
    { highWaterMark: 0 },
  );
  const headers = { 'content-type': 'application/json' };
  const init = { method: 'PUT', headers, body, duplex: 'half' } as const;
  expect((await server.app.request(paths.settings('shop'), init)).status).toBe(404);
});

test('agents are listed with what they were told, and why they do not profile', async () => {
  await ask({ fleetInstanceId: 'early' });
  server.clock.ms += 16 * 60_000;
  await upload(server.app, undefined, {
    query: 'label=service.instance.id:sends&startMs=-1m&endMs=now',
  });
  await upload(server.app, undefined, { query: 'startMs=-1m&endMs=now' });
  expect(await ask({ fleetInstanceId: 'i-1' })).toBe(true);
  expect(await ask({})).toBe(true);
  const expected = [
    ['', 'profiles'],
    ['early', 'silent'],
    ['i-1', 'profiles'],
    ['sends', 'never-asked'],
  ];
  expect(await told()).toEqual(expected);
  const { agents: all } = await agents();
  expect(all[2]).toEqual({
    ...{ instance: 'i-1', agent: 'Boto3/1.43', isProfiling: true, askedMs: noon + 16 * 60_000 },
  });
  expect(all[3]).toMatchObject({ isProfiling: false, reportedMs: noon + 16 * 60_000 });
  expect(await agents('limit=2')).toEqual({ agents: all.slice(0, 2), isCut: true });
  expect((await agents('since=-15m')).agents).toHaveLength(3);

  await write({ profilingEnabled: false });
  expect(await told()).toEqual(expected);
  expect(await ask({ fleetInstanceId: 'i-1' })).toBe(false);
  expect((await told())[2]).toEqual(['i-1', 'paused']);
  await write({ profilingEnabled: true });
  expect((await told())[2]).toEqual(['i-1', 'asks-again']);
  expect(await ask({ fleetInstanceId: 'i-1' })).toBe(true);
  const metrics = await (await server.app.request('/metrics')).text();
  expect(metrics).toMatch(/everflame_agents 2\n/);
});

test('of a fleet as many profile as wanted, others in the next turn, and everybody again without the rule', async () => {
  await write({ profilingEnabled: true, instances: 2, turnSeconds: 300 });
  const fleet = Array.from({ length: 8 }, (_, nth) => `i-${nth}`);
  const chosen = async () => {
    const answers = await Promise.all(fleet.map((fleetInstanceId) => ask({ fleetInstanceId })));
    return fleet.filter((_, nth) => answers[nth]);
  };
  expect(await chosen()).toEqual(fleet.slice(0, 2));
  const inTurns = new Set<string>();
  for (let turn = 0; turn < 30; turn++) {
    server.clock.ms += 300_000;
    const now = await chosen();
    expect(now).toHaveLength(2);
    expect(await chosen()).toEqual(now);
    for (const instance of now) inTurns.add(instance);
  }
  expect(inTurns.size).toBe(8);
  expect((await told()).filter(([, rests]) => rests === 'not-its-turn')).toHaveLength(6);
  await write({ profilingEnabled: true });
  expect(await chosen()).toEqual(fleet);
});

test('a function is one instance, however many machines run it', async () => {
  for (const AgentId of ['a', 'b', 'c']) {
    await ask({
      fleetInstanceId: AgentId,
      metadata: { ComputePlatform: 'AWSLambda', AgentId, LambdaFunctionArn: 'arn:fn' },
    });
  }
  expect(await told()).toEqual([['arn:fn', 'profiles']]);
});
