import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type {
  AgentList,
  GroupDetail,
  GroupSettings,
  Hotspots,
  InstanceList,
  Timeline,
} from '@everflame/api';
import { paths } from '@everflame/api/paths';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AwsClient, environmentOf, jsClient } from './aws/clients.ts';
import { KeyMaker } from './aws/keys.ts';
import { startFunction } from './aws/lambda-runtime.ts';
import { type PythonTools, pythonTools } from './aws/python-tools.ts';
import {
  eventually,
  type ServerProcess,
  startServerProcess,
  temporaryFolder,
} from './server-process.ts';

const tools = await pythonTools();
const folder = temporaryFolder();
let server: ServerProcess;
let keys: KeyMaker;
let client: AwsClient;

beforeAll(async () => {
  server = await startServerProcess(folder.path);
  keys = new KeyMaker(server.url);
  client = jsClient(await keys.make({ name: 'operator', role: 'operator' }));
});

afterAll(async () => {
  await client?.close();
  await server?.stop();
  folder.remove();
});

/** With a key that may report into some groups and nothing else. The agent asks the machine's cloud for its name; here nobody answers, at once. */
async function agentEnv(groups: string): Promise<NodeJS.ProcessEnv> {
  const key = await keys.make({ name: groups.replace('*', ''), role: 'agent', groups: [groups] });
  return { ...environmentOf(key), http_proxy: 'http://127.0.0.1:9', no_proxy: '127.0.0.1' };
}

async function fetchJson<T>(path: string, init: RequestInit = {}): Promise<T> {
  const headers = { ...keys.headers, ...(init.headers as Record<string, string>) };
  const response = await fetch(server.url + path, { ...init, headers });
  if (!response.ok) throw new Error(`${path} ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}

const lastHour = 'from=-1h&to=now';
const detailOf = (group: string) => fetchJson<GroupDetail>(`${paths.group(group)}?${lastHour}`);
const hotspotsOf = (group: string, states: string) =>
  fetchJson<Hotspots>(
    `${paths.hotspots(group)}?measure=wall&${lastHour}&limit=100&sort=total&states=${states}`,
  );

async function settle(group: string, settings: GroupSettings): Promise<void> {
  const created = { profilingGroupName: group, clientToken: group };
  expect((await client.call('CreateProfilingGroup', created)).status).toBe(201);
  await fetchJson(paths.settings(group), {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(settings),
  });
}

/** As the agent's guide says to start it. */
async function startShop(group: string, { python }: PythonTools): Promise<ChildProcess> {
  const args = ['-m', 'codeguru_profiler_agent', '-p', group, '-m', 'shop'];
  return spawn(python, args, {
    cwd: 'e2e/aws/programs',
    env: await agentEnv(group),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

describe.runIf(tools)('the official Python agent', () => {
  test.concurrent('reports what a program does, stops when it is told to, and starts again', async () => {
    const group = 'shop';
    await settle(group, { profilingEnabled: true, samplingIntervalMs: 200, periodSeconds: 3 });
    const shop = await startShop(group, tools!);
    const printed = text(shop.stdout!);
    const profiles = async () => (await detailOf(group)).facts.profiles;
    try {
      await eventually(async () => ((await profiles()) >= 5 ? true : undefined));
      await pauseAndResume(group, profiles);
    } finally {
      shop.kill('SIGTERM');
      await once(shop, 'exit');
    }
    const { pricing, stock } = JSON.parse(await printed) as Record<'pricing' | 'stock', number>;
    await checkShares(group, pricing / (pricing + stock));
    await checkTimes(group);
  });

  test.concurrent('on Lambda makes its own group and reports what the function does', async () => {
    const env = {
      ...(await agentEnv('aws-lambda-*')),
      // No group's settings can shorten the first period of a group that does not exist yet.
      AWS_CODEGURU_PROFILER_REPORTING_INTERVAL_MS: '30000',
      AWS_CODEGURU_PROFILER_SAMPLING_INTERVAL_MS: '200',
      // By hand, as the wrapper of the agent's layer does it.
      HANDLER_ENV_NAME_FOR_CODEGURU: 'orders.handler',
    };
    const group = 'aws-lambda-orders';
    const lambda = await startFunction({
      name: 'orders',
      root: 'e2e/aws/programs/function',
      handler: 'codeguru_profiler_agent.aws_lambda.lambda_handler.call_handler',
      env,
      tools: tools!,
    });
    let order = 0;
    const invoked = async () => {
      const answer = await lambda.invoke({ order: ++order, seconds: 1 });
      expect(answer).toEqual({ order, by: 'orders' });
    };
    try {
      await invoked();
      const described = await eventually(async () => {
        await invoked();
        const { output } = await client.call('DescribeProfilingGroup', {
          profilingGroupName: group,
        });
        return output?.profilingGroup.profilingStatus.latestAgentProfileReportedAt && output;
      });
      expect(described.profilingGroup.computePlatform).toBe('AWSLambda');
    } finally {
      await lambda.stop();
    }
    const { rows } = await hotspotsOf(group, 'RUNNABLE,UNKNOWN');
    expect(
      rows.find(({ frame }) => frame.name === 'orders:price_order')?.totalShare[0],
    ).toBeGreaterThan(0.9);
    const { instances } = await fetchJson<InstanceList>(`${paths.instances(group)}?${lastHour}`);
    expect(instances).toMatchObject([
      { instance: lambda.arn, agent: 'CodeGuruProfiler-python', agentVersion: '1.2.6' },
    ]);
  });
});

const hot = 'shop.pricing:cheapest_basket';
const cool = 'shop.stock:recount';
const threads = {
  main: 'shop.__main__:main',
  waits: 'shop.__main__:wait_for_orders',
  naps: 'shop.__main__:nap',
  serves: 'socketserver:HTTPServer:serve_forever',
};

/** 99.9 % instead of 95 %, and a little for what the thread's own clock does not see. */
const slackOf = (share: number, n: number) => 3.29 * Math.sqrt((share * (1 - share)) / n) + 0.05;

async function checkShares(group: string, expected: number): Promise<void> {
  const { rows, count, total } = await hotspotsOf(group, 'RUNNABLE');
  const self = new Map(rows.map((row) => [row.frame.name, row.self]));
  const both = self.get(hot)! + self.get(cool)!;
  const share = self.get(hot)! / both;
  expect(Math.abs(share - expected)).toBeLessThan(slackOf(expected, count * (both / total)));
  const { frame } = rows.find((row) => row.frame.name === hot)!;
  expect(frame).toMatchObject({
    runtime: 'python',
    file: expect.stringMatching(/shop.pricing.py$/),
  });
  // What waits does not run.
  for (const name of [threads.waits, threads.naps, threads.serves]) {
    expect(self.has(name), name).toBe(false);
  }
  const counts = await runnableCounts(group);
  expect(counts.get(hot)! / (counts.get(hot)! + counts.get(cool)!)).toBeCloseTo(share, 5);
}

interface Node {
  readonly counts?: Readonly<Record<string, number>>;
  readonly children?: Readonly<Record<string, Node>>;
}

/** What GetProfile has in its tree, by function. */
async function runnableCounts(group: string): Promise<ReadonlyMap<string, number>> {
  const { output } = await client.call('GetProfile', {
    profilingGroupName: group,
    startTime: new Date(Date.now() - 3_600_000),
    endTime: new Date(Date.now() + 300_000),
    accept: 'application/json',
  });
  const { callgraph } = JSON.parse(Buffer.from(output.profile, 'base64').toString());
  const counts = new Map<string, number>();
  const open: Node[] = [callgraph];
  for (let node = open.pop(); node; node = open.pop()) {
    for (const [name, child] of Object.entries(node.children ?? {})) {
      counts.set(name, (counts.get(name) ?? 0) + (child.counts?.RUNNABLE ?? 0));
      open.push(child);
    }
  }
  return counts;
}

/**
 * Each thread was there all the time, so each adds up to what the profiles cover. The agent repeats its first
 * profile's duration and rate in all others, and its first, while it starts up, has the fewest looks.
 */
async function checkTimes(group: string): Promise<void> {
  const timeline = await fetchJson<Timeline>(
    `${paths.timeline(group)}?measure=wall&from=-30m&to=now`,
  );
  const covered = timeline.coveredMs.reduce((a, b) => a + b, 0) / 1000;
  const { rows } = await hotspotsOf(group, 'RUNNABLE,WAITING,TIMED_WAITING,IDLE,BLOCKED,UNKNOWN');
  for (const name of Object.values(threads)) {
    const seconds = rows.find(({ frame }) => frame.name === name)!.total / 1e9;
    expect(seconds / covered, `${name}: ${seconds} s of ${covered} s`).toBeGreaterThan(0.6);
    expect(seconds / covered, `${name}: ${seconds} s of ${covered} s`).toBeLessThan(1.2);
  }
  const { measures } = await detailOf(group);
  const states = Object.fromEntries(
    measures
      .find(({ measure }) => measure === 'wall')!
      .states.map(({ state, total }) => [state, total / 1e9 / covered]),
  );
  // One thread runs, two wait, one is idle.
  const waiting = (states.WAITING ?? 0) + (states.TIMED_WAITING ?? 0);
  expect(waiting / (states.RUNNABLE ?? 0)).toBeCloseTo(2, 0);
  expect((states.IDLE ?? 0) / (states.RUNNABLE ?? 0)).toBeCloseTo(1, 0);
  expect(states.UNKNOWN).toBeUndefined();
}

/** Waits for what the agent asks, not for a clock. */
async function pauseAndResume(group: string, profiles: () => Promise<number>): Promise<void> {
  const of = { profilingGroupName: group };
  const enable = (profilingEnabled: boolean) =>
    client.call('UpdateProfilingGroup', { ...of, agentOrchestrationConfig: { profilingEnabled } });
  const agent = async () => (await fetchJson<AgentList>(paths.agents(group))).agents[0]!;
  const askedAgain = (after: number) =>
    eventually(async () => {
      const { askedMs = 0 } = await agent();
      return askedMs > after ? askedMs : undefined;
    });
  await enable(false);
  const told = await eventually(async () => {
    const { rests, askedMs } = await agent();
    return rests === 'paused' ? askedMs : undefined;
  });
  const before = await profiles();
  await askedAgain(await askedAgain(told));
  expect(await profiles()).toBe(before);
  await enable(true);
  await eventually(async () => ((await profiles()) > before ? true : undefined));
  expect((await agent()).isProfiling).toBe(true);
}
