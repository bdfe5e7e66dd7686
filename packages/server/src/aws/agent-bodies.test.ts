import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { dumpPrettyText, load } from 'ion-js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createGroup, openUnderTest, type UnderTest } from '../under-test.ts';

/** Bodies of the official agent for Python, 1.2.6: the first and second profile of one process, and the second as Ion. */
const sample = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../../../formats/test/samples/${name}`, import.meta.url)));
const first = sample('codeguru-python-first.json');
const second = sample('codeguru-python-second.json');
const ion = sample('codeguru-synthetic.10n');
const ionText = new TextEncoder().encode(
  `$ion_1_0\n${dumpPrettyText(JSON.parse(new TextDecoder().decode(second)))}`,
);

/** Soon after the second ended. */
const now = 1_795_405_690_000;
const oldest = 1_795_405_670_000;

let server: UnderTest;
beforeAll(async () => {
  server = await openUnderTest({ now: () => now });
});
afterAll(() => server.close());

interface Sent {
  readonly body: Uint8Array;
  readonly contentType?: string | undefined;
}

async function post(group: string, { body, contentType }: Sent): Promise<void> {
  await createGroup(server.app, group);
  const answer = await server.app.request(`/profilingGroups/${group}/agentProfile`, {
    method: 'POST',
    body,
    headers: contentType === undefined ? {} : { 'content-type': contentType },
  });
  expect([answer.status, await answer.text()]).toEqual([204, '']);
}

interface Node {
  readonly counts?: Readonly<Record<string, number>>;
  readonly children?: Readonly<Record<string, Node>>;
}

async function profileOf(group: string, accept: string): Promise<{ readonly callgraph: Node }> {
  const range = new URLSearchParams({
    startTime: new Date(oldest).toISOString(),
    endTime: new Date(now).toISOString(),
  });
  const answer = await server.app.request(`/profilingGroups/${group}/profile?${range}`, {
    headers: accept === '' ? {} : { accept },
  });
  expect(answer.status).toBe(200);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  if (accept === 'application/json') return JSON.parse(new TextDecoder().decode(bytes));
  return JSON.parse(JSON.stringify(load(bytes)));
}

/** Seconds by state, of the whole or below the frames of one name. */
function secondsIn(root: Node, frame?: string): Record<string, number> {
  const sums: Record<string, number> = {};
  const rest = [{ node: root, isCounted: frame === undefined }];
  for (let next = rest.pop(); next; next = rest.pop()) {
    const { node, isCounted } = next;
    for (const [state, ns] of Object.entries(isCounted ? (node.counts ?? {}) : {})) {
      sums[state] = (sums[state] ?? 0) + ns / 1e9;
    }
    for (const [name, child] of Object.entries(node.children ?? {})) {
      rest.push({ node: child, isCounted: isCounted || name === frame });
    }
  }
  return sums;
}

async function instancesOf(name: string): Promise<unknown> {
  const group = await server.needs.catalog.group(name);
  const range = { fromMs: now - 600_000, toMs: now + 600_000, tier: 'PT5M' } as const;
  return await server.needs.store.instances(group!.id, range);
}

test.each<[string, Sent]>([
  ['json', { body: second, contentType: 'application/json' }],
  ['what-the-js-sdk-says', { body: second, contentType: 'application/octet-stream' }],
  ['ion', { body: ion, contentType: 'application/x-amzn-ion' }],
  ['ion-called-json', { body: ion, contentType: 'application/json' }],
  ['ion-without-a-type', { body: ion }],
  ['ion-text', { body: ionText, contentType: 'application/x-amzn-ion' }],
  ['ion-gzip', { body: gzipSync(ion), contentType: 'application/x-amzn-ion' }],
  ['ion-text-gzip', { body: gzipSync(ionText), contentType: 'application/octet-stream' }],
])('%s: the body of a real agent comes back by state, as JSON and as Ion', async (group, sent) => {
  await post(group, sent);
  const profile = await profileOf(group, 'application/json');
  // Of 61 looks at three threads one worked, one slept, and one waited for both.
  expect(secondsIn(profile.callgraph)).toEqual({ RUNNABLE: 61, WAITING: 122 });
  expect(secondsIn(profile.callgraph, 'app:Svc:rx')).toEqual({ RUNNABLE: 39 });
  expect(secondsIn(profile.callgraph, 'app:sleeper')).toEqual({ WAITING: 61 });
  expect(await profileOf(group, '')).toEqual(profile);
  expect(await profileOf(group, 'application/x-amzn-ion')).toEqual(profile);
});

test('the second profile of a process distorts neither shares nor durations', async () => {
  const { start, end } = JSON.parse(new TextDecoder().decode(first)) as Record<string, number>;
  const firstSeconds = (end! - start!) / 1000;
  await post('python', { body: first, contentType: 'application/json' });
  const before = secondsIn((await profileOf('python', 'application/json')).callgraph);
  // Three threads in 8.1 s: what the agent achieved is believed while it speaks of this profile.
  expect((before.RUNNABLE ?? 0) + (before.WAITING ?? 0)).toBeCloseTo(3 * 8.088, 1);
  await post('python', { body: second, contentType: 'application/json' });
  const after = secondsIn((await profileOf('python', 'application/json')).callgraph);
  expect(after.RUNNABLE! - before.RUNNABLE!).toBeCloseTo(61);
  expect(after.WAITING! - before.WAITING!).toBeCloseTo(122);
  // CPU seconds and overhead are those of the first, which speaks for itself alone.
  const [instance, ...others] = (await instancesOf('python')) as readonly object[];
  expect(others).toEqual([]);
  expect(instance).toMatchObject({
    instance: '65be6cdd-d92e-41c8-9282-23d1a69e6fd0',
    agent: 'CodeGuruProfiler-python',
    agentVersion: '1.2.6',
    runtime: 'python 3.11.2',
    vcpus: 2,
    durationSeconds: 7.73 + firstSeconds,
    cpuSeconds: 4.363874933,
    agentOverheadSeconds: 0.242,
    profiles: 2,
  });
});

test('what an agent for Java may send beside what we know does no harm', async () => {
  const text = `$ion_1_0 CodeGuru::{
    start: ${new Date(now - 60_000).toISOString()}, end: ${new Date(now).toISOString()},
    agentMetadata: {agentInfo: {type: "CodeGuruProfiler-java", version: "1.2.6"}, sampleWeights: {RUNNABLE: 1., WAITING: 1.},
      fleetInfo: {computeType: aws_ec2_instance, hostName: "i-1", hostType: "m5.large"}, agentOverhead: {memoryInMB: 30, timeInMs: 90}},
    heapSummary: {capacity: 2252341248, types: [{name: 'byte[]', bytes: 123456789012345678901, count: null.int}], raw: {{AAAA}}},
    callgraph: {children: {'app.Main.main': {counts: {RUNNABLE: 3}, children: {
      'java.lang.Thread.sleep': {counts: {TIMED_WAITING: 2}}, 'app.Shop.find': {counts: {RUNNABLE: 4, BLOCKED: 1, NATIVE: 2, IDLE: 5}, future: {a: 1}}}}}}}`;
  await post('java', {
    body: new TextEncoder().encode(text),
    contentType: 'application/x-amzn-ion',
  });
  const { callgraph } = await profileOf('java', 'application/json');
  expect(secondsIn(callgraph)).toEqual({
    RUNNABLE: 7,
    TIMED_WAITING: 2,
    BLOCKED: 1,
    NATIVE: 2,
    IDLE: 5,
  });
  expect(await instancesOf('java')).toMatchObject([
    {
      ...{ instance: 'i-1', instanceType: 'm5.large', durationSeconds: 60 },
      ...{ agentOverheadSeconds: 0.09, agentMemoryBytes: 30 * 2 ** 20 },
    },
  ]);
});

test('Ion is uploaded like any other file', async () => {
  await createGroup(server.app, 'files');
  const form = new FormData();
  form.append('profile', new File([ion], 'agent.10n'));
  for (const body of [ion, gzipSync(ionText), form]) {
    const answer = await server.app.request('/api/v1/groups/files/profiles', {
      method: 'POST',
      body,
    });
    expect([answer.status, await answer.json()]).toMatchObject([201, { format: 'codeguru' }]);
  }
  const { callgraph } = await profileOf('files', 'application/json');
  expect(secondsIn(callgraph)).toEqual({ RUNNABLE: 3 * 61, WAITING: 3 * 122 });
});

test('damaged Ion is a mistake of whoever sent it', async () => {
  await createGroup(server.app, 'damaged');
  for (const body of [
    ion.subarray(0, 1000),
    ionText.subarray(0, 1000),
    Uint8Array.of(0xe0, 1, 1, 0xea),
  ]) {
    const answer = await server.app.request('/profilingGroups/damaged/agentProfile', {
      method: 'POST',
      body,
    });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('x-amzn-errortype')).toBe('ValidationException');
  }
});
