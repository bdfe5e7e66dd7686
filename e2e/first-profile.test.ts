import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CodeGuruProfilerClient, GetProfileCommand } from '@aws-sdk/client-codeguruprofiler';
import type { GroupDetail, Hotspots } from '@everflame/api';
import { paths } from '@everflame/api/paths';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from './browser.ts';
import {
  eventually,
  type ServerProcess,
  startServerProcess,
  temporaryFolder,
} from './server-process.ts';

const run = promisify(execFile);
const app = 'e2e/apps/cpu-bound.mjs';
const group = 'cpu-bound';
const view = 'measure=cpu&from=-1h&to=now&limit=20&sort=self';

const folder = temporaryFolder();
let server: ServerProcess;

beforeAll(async () => {
  server = await startServerProcess(folder.path);
  await run(process.execPath, ['--import', './packages/agent/dist/start.js', app, '25'], {
    env: { ...process.env, EVERFLAME_SERVER: server.url, EVERFLAME_GROUP: group },
  });
});

afterAll(async () => {
  await server?.stop();
  folder.remove();
});

async function fetchJson<T>(path: string): Promise<T> {
  const response = await fetch(server.url + path);
  if (!response.ok) throw new Error(`${path} ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}

const hotspots = () => fetchJson<Hotspots>(`${paths.hotspots(group)}?${view}`);

/** Share of self samples per function, without idle time, as V8 itself counts in a `.cpuprofile`. */
async function v8Shares(): Promise<Map<string, number>> {
  const dir = mkdtempSync(join(tmpdir(), 'everflame-cpuprofile-'));
  await run(process.execPath, ['--cpu-prof', '--cpu-prof-dir', dir, app, '8']);
  const file = readdirSync(dir).find((name) => name.endsWith('.cpuprofile'))!;
  const { nodes, samples } = JSON.parse(readFileSync(join(dir, file), 'utf8')) as {
    nodes: { id: number; callFrame: { functionName: string } }[];
    samples: number[];
  };
  const nameOf = new Map(nodes.map(({ id, callFrame }) => [id, callFrame.functionName]));
  const busy = samples.map((id) => nameOf.get(id)!).filter((name) => name !== '(idle)');
  const shares = new Map<string, number>();
  for (const name of busy) shares.set(name, (shares.get(name) ?? 0) + 1 / busy.length);
  return shares;
}

/** 99.9 % instead of 95 %, or one run in twenty would fail by chance alone. */
const halfWidth = (share: number, n: number) => 3.29 * Math.sqrt((share * (1 - share)) / n);

test('the hot function of a real application is on top, with the share that V8 gives it', async () => {
  const [hottest, expected] = await Promise.all([
    eventually(async () => {
      const answer = await hotspots();
      return answer.count > 100 ? answer : undefined;
    }),
    v8Shares(),
  ]);
  const top = hottest.rows[0]!;
  expect(top.frame.name).toBe('lifeGenerations');
  const [share, low, high] = top.selfShare;
  expect(low).toBeLessThan(share);
  expect(high).toBeGreaterThan(share);
  // Two runs on a busy machine differ by a little more than their samples say.
  const slack = halfWidth(share, hottest.count) + 0.03;
  expect(Math.abs(share - expected.get('lifeGenerations')!)).toBeLessThan(slack);
});

test('the page shows the hot function on top', async () => {
  const browser = await launchBrowser();
  if (!browser) return;
  try {
    const page = await browser.newPage();
    await page.goto(`${server.url}/g/${group}/hotspots`);
    const first = page.getByRole('row').nth(1);
    await expect.poll(() => first.textContent(), { timeout: 30_000 }).toContain('lifeGenerations');
  } finally {
    await browser.close();
  }
});

test('the official AWS SDK reads the same totals through GetProfile', async () => {
  const client = new CodeGuruProfilerClient({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
  });
  const { measures } = await fetchJson<GroupDetail>(`${paths.group(group)}?from=-1h&to=now`);
  const wall = measures.find(({ measure }) => measure === 'wall')!;
  const start = new Date(Date.now() - 3_600_000);
  const { profile, contentType } = await client.send(
    new GetProfileCommand({
      profilingGroupName: group,
      startTime: start,
      endTime: new Date(Date.now() + 300_000),
      accept: 'application/json',
    }),
  );
  expect(contentType).toBe('application/json');
  const { callgraph, agentMetadata } = JSON.parse(new TextDecoder().decode(profile)) as {
    callgraph: Node;
    agentMetadata: { sampleWeights: Record<string, number> };
  };
  // Counts are nanoseconds, as the weights (counts per second) say.
  const nanoseconds = Object.fromEntries(
    Object.entries(sumOf(callgraph)).map(([counter, count]) => [
      counter,
      (count / agentMetadata.sampleWeights[counter]!) * 1e9,
    ]),
  );
  for (const { state, total } of wall.states) {
    expect(nanoseconds[state === 'UNKNOWN' ? 'WALL_TIME' : state]).toBeCloseTo(total, 0);
  }
  expect(Object.keys(nanoseconds)).toHaveLength(wall.states.length);
});

interface Node {
  readonly counts?: Readonly<Record<string, number>>;
  readonly children?: Readonly<Record<string, Node>>;
}

function sumOf(root: Node): Record<string, number> {
  const sums: Record<string, number> = {};
  const rest = [root];
  for (let node = rest.pop(); node; node = rest.pop()) {
    for (const [state, count] of Object.entries(node.counts ?? {}))
      sums[state] = (sums[state] ?? 0) + count;
    rest.push(...Object.values(node.children ?? {}));
  }
  return sums;
}
