import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AgentList, GroupDetail, type GroupSettings } from '@everflame/api';
import { paths } from '@everflame/api/paths';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type BuiltAgent,
  buildAgent,
  type Running,
  run,
} from '../packages/agent/src/profiled-process.ts';
import { type RunningServer, startServer } from '../packages/server/src/start-server.ts';
import { configIn } from '../packages/server/src/under-test.ts';
import { eventually, temporaryFolder } from './server-process.ts';

const group = 'shop';
const folder = temporaryFolder();
let agent: BuiltAgent;
let server: RunningServer;
let app: Running;

beforeAll(async () => {
  agent = buildAgent();
  server = await startServer(configIn(join(folder.path, 'data')));
  await send('POST', paths.groups, { name: group });
  await set({ profilingEnabled: true, samplingIntervalMs: 10, periodSeconds: 1 });
  const file = join(folder.path, 'app.mjs');
  writeFileSync(
    file,
    'setInterval(() => { const end = Date.now() + 5; while (Date.now() < end); }, 10);',
  );
  app = run(['--import', agent.start, file], {
    EVERFLAME_SERVER: server.url,
    EVERFLAME_GROUP: group,
    EVERFLAME_INSTANCE: 'i-1',
  });
});
afterAll(async () => {
  app?.child.kill();
  await app?.ended;
  await server?.close();
  agent?.remove();
  folder.remove();
});

async function send(method: 'POST' | 'PUT', path: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(server.url + path, { method, headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path} ${response.status}: ${await response.text()}`);
}

async function set(settings: GroupSettings): Promise<number> {
  await send('PUT', paths.settings(group), settings);
  return Date.now();
}

async function ourAgent() {
  const response = await fetch(server.url + paths.agents(group));
  return AgentList.parse(await response.json()).agents.find(({ instance }) => instance === 'i-1');
}

/** The instance as it was told by an answer given after `sinceMs`. */
const asked = (sinceMs: number) =>
  eventually(async () => {
    const seen = await ourAgent();
    return (seen?.askedMs ?? 0) > sinceMs ? seen : undefined;
  });

async function received(): Promise<{ readonly profiles: number; readonly samples: number }> {
  const response = await fetch(`${server.url}${paths.group(group)}?from=-1h&to=now`);
  const { facts, measures } = GroupDetail.parse(await response.json());
  const states = measures.find(({ measure }) => measure === 'wall')?.states ?? [];
  return { profiles: facts.profiles, samples: states.reduce((sum, { count }) => sum + count, 0) };
}

/** Samples of a profile, over four profiles that begin after the instance has asked. */
async function samplesOfProfile(sinceMs: number): Promise<number> {
  const { askedMs } = (await asked(sinceMs))!;
  // What it hands over when it asks next was sampled as it was told before.
  await asked(askedMs!);
  await asked((await ourAgent())!.askedMs!);
  const before = await received();
  const after = await eventually(async () => {
    const now = await received();
    return now.profiles >= before.profiles + 4 ? now : undefined;
  });
  return (after.samples - before.samples) / (after.profiles - before.profiles);
}

test('the Node.js agent samples as its group is set to, stops when it is paused, and goes on when it is resumed', async () => {
  const fine = await samplesOfProfile(0);
  const everyTenth = { profilingEnabled: true, samplingIntervalMs: 100, periodSeconds: 1 };
  const coarse = await samplesOfProfile(await set(everyTenth));
  // Ten times as many in theory; on a busy machine fine ones come late.
  expect(fine / coarse).toBeGreaterThan(2.5);

  let seen = await asked(await set({ ...everyTenth, profilingEnabled: false }));
  expect(seen).toMatchObject({ isProfiling: false, rests: 'paused' });
  // What was under way when it asked may still come.
  for (let times = 0; times < 2; times++) seen = await asked(seen!.askedMs!);
  const paused = await received();
  for (let times = 0; times < 3; times++) seen = await asked(seen!.askedMs!);
  expect(await received()).toEqual(paused);

  expect(await asked(await set(everyTenth))).toMatchObject({ isProfiling: true });
  await eventually(async () => (await received()).profiles > paused.profiles || undefined);
});
