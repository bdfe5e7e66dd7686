import { gunzipSync, gzipSync } from 'node:zlib';
import {
  GroupDetail,
  GroupList,
  Hotspots,
  InstanceList,
  ProblemBody,
  profileTreeType,
  SearchAnswer,
  ServerStatus,
  Timeline,
  UploadAnswer,
} from '@everflame/api';
import { decodeProfileTree, deriveTree } from '@everflame/api/profile-tree';
import { decode } from '@everflame/formats';
import { callTreeOf, frameIds, hashHex, nodeIds } from '@everflame/model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  createGroup,
  foldedText,
  noon,
  openUnderTest,
  type UnderTest,
  upload,
} from '../under-test.ts';

let server: UnderTest;

beforeAll(async () => {
  server = await openUnderTest({ selfGroup: 'everflame', agentFile: '/opt/agent/start.js' });
  expect((await createGroup(server.app)).status).toBe(201);
  const stored = await upload(server.app, foldedText, {
    query: `startMs=-1m&endMs=now&instance=i-1&label=service.version:1.0&token=first`,
  });
  expect(stored.status).toBe(201);
});
afterAll(() => server.close());

const view = 'measure=samples&from=-1h&to=now';
const get = (path: string, headers: Record<string, string> = {}) =>
  server.app.request(`/api/v1${path}`, { headers });
const json = async (path: string) => {
  const response = await get(path);
  expect(response.status).toBe(200);
  return (await response.json()) as unknown;
};

test('the status says version, clock and storage', async () => {
  const status = ServerStatus.parse(await json('/status'));
  expect(status).toMatchObject({ version: '0.0.0-test', nowMs: noon, selfGroup: 'everflame' });
  expect(status.agentFile).toBe('/opt/agent/start.js');
  expect(status.storage.budgetBytes).toBe(2 ** 30);
});

test('a group is listed with what it did in the last hour', async () => {
  const { groups } = GroupList.parse(await json('/groups'));
  expect(groups.map(({ name, status, instances }) => [name, status, instances])).toEqual([
    ['shop', 'reporting', 1],
  ]);
});

test('a name that is none is refused with the rule', async () => {
  for (const name of ['my shop', 'café', '']) {
    const problem = ProblemBody.parse(await (await createGroup(server.app, name)).json());
    expect(problem).toMatchObject({
      code: 'invalid-body',
      detail: '“name”: A group name has letters (a–z, A–Z), digits, - and _ only.',
    });
  }
});

test('groups come in pages, and are found by a part of their name', async () => {
  for (const name of ['page-a', 'page-b', 'page-c']) await createGroup(server.app, name);
  const first = GroupList.parse(await json('/groups?q=PAGE&limit=2'));
  expect(first.groups.map(({ name }) => name)).toEqual(['page-a', 'page-b']);
  const second = GroupList.parse(await json(`/groups?q=PAGE&limit=2&after=${first.next}`));
  expect(second.groups.map(({ name }) => name)).toEqual(['page-c']);
  expect(second.next).toBeUndefined();
  for (const name of ['page-a', 'page-b', 'page-c']) {
    const gone = await server.app.request(`/api/v1/groups/${name}`, { method: 'DELETE' });
    expect(gone.status).toBe(204);
  }
});

test('a group tells its measures, labels and facts', async () => {
  const detail = GroupDetail.parse(await json('/groups/shop?from=-1h'));
  expect(detail.measures).toEqual([
    {
      measure: 'samples',
      unit: 'count',
      temporality: 'delta',
      states: [{ state: 'UNKNOWN', total: 100, count: 100 }],
    },
  ]);
  expect(detail.labels).toEqual({ 'service.version': ['1.0'] });
  expect(detail.facts).toMatchObject({ instances: 1, profiles: 1 });
});

test('a group is paused and resumed', async () => {
  const change = async (profilingEnabled: boolean) => {
    const response = await server.app.request('/api/v1/groups/shop', {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ profilingEnabled }),
    });
    return (await response.json()) as { status: string };
  };
  expect((await change(false)).status).toBe('paused');
  expect((await change(true)).status).toBe('reporting');
});

test('the time line has every bucket', async () => {
  const timeline = Timeline.parse(await json(`/groups/shop/timeline?${view}`));
  expect(timeline).toMatchObject({ measure: 'samples', unit: 'count', tier: 'PT5M' });
  expect(timeline.t).toHaveLength(13);
  expect(timeline.states.UNKNOWN?.at(-1)).toBe(100);
  expect(timeline.states.UNKNOWN?.at(0)).toBeNull();
});

test('the flame graph is the tree that was uploaded', async () => {
  const response = await get(`/groups/shop/flame?${view}`);
  expect(response.headers.get('content-type')).toBe(profileTreeType);
  const tree = decodeProfileTree(await response.arrayBuffer());
  const { total } = deriveTree(tree);
  const named = [...tree.frame].map((frame, node) => [tree.frames.name[frame], total[node]]);
  expect(named).toEqual([
    ['', 100],
    ['main', 100],
    ['idle', 60],
    ['serve', 40],
    ['parse', 30],
    ['render', 10],
  ]);
  expect(tree.header).toMatchObject({ count: 100, profiles: 1, treeNodes: 6, elidedNodes: 0 });
});

test('it is there as JSON as well', async () => {
  const response = await get(`/groups/shop/flame?${view}&order=name`, {
    accept: 'application/json',
  });
  expect(await response.json()).toMatchObject({
    total: 100,
    frames: { name: ['', 'main', 'idle', 'serve', 'parse', 'render'] },
    nodes: { depth: [0, 1, 2, 2, 3, 3] },
    states: { UNKNOWN: { self: [0, 0, 60, 0, 30, 10] } },
  });
});

test('a truncated graph says what it left out, and what lies below a node can be asked for', async () => {
  const small = decodeProfileTree(
    await (await get(`/groups/shop/flame?${view}&maxNodes=4`)).arrayBuffer(),
  );
  expect(small.header).toMatchObject({ treeNodes: 6, elidedNodes: 2 });
  expect(deriveTree(small).total[0]).toBe(100);

  const tree = callTreeOf(
    decode(new TextEncoder().encode(foldedText), { inflate: (bytes) => bytes }),
  );
  const ids = nodeIds(tree, frameIds(tree.frames));
  const serve = [...tree.frame].findIndex((frame) => tree.frames.name[frame] === 'serve');
  const root = hashHex(ids[serve]!);
  const below = decodeProfileTree(
    await (await get(`/groups/shop/flame?${view}&root=${root}`)).arrayBuffer(),
  );
  expect(below.frames.name).toEqual(['', 'serve', 'parse', 'render']);
  expect(deriveTree(below).total[0]).toBe(40);
});

test('hotspots come from the full tree, with intervals', async () => {
  const hotspots = Hotspots.parse(await json(`/groups/shop/hotspots?${view}&limit=2`));
  expect(hotspots).toMatchObject({ total: 100, count: 100, frames: 5 });
  expect(hotspots.rows.map(({ frame, self }) => [frame.name, self])).toEqual([
    ['idle', 60],
    ['parse', 30],
  ]);
  const byTotal = Hotspots.parse(await json(`/groups/shop/hotspots?${view}&sort=total&q=ser`));
  expect(byTotal.rows.map(({ frame, total }) => [frame.name, total])).toEqual([['serve', 40]]);
});

test('search says how much lies under a name', async () => {
  const found = SearchAnswer.parse(await json(`/groups/shop/search?${view}&q=serve`));
  expect(found).toMatchObject({ share: 0.4, frames: 1, nodes: 1 });
});

test('instances are listed by name', async () => {
  const { instances } = InstanceList.parse(await json('/groups/shop/instances'));
  expect(instances.map(({ instance, profiles }) => [instance, profiles])).toEqual([['i-1', 1]]);
});

test('a range is downloaded as folded stacks and as pprof', async () => {
  const folded = await get(`/groups/shop/export?${view}&format=folded`);
  expect(folded.headers.get('content-disposition')).toMatch(
    /^attachment; filename="shop-samples-.*\.folded"$/,
  );
  const lines = (await folded.text()).trim().split('\n').sort();
  expect(lines).toEqual(foldedText.trim().split('\n').sort());
  const pprof = await get(`/groups/shop/export?${view}&format=pprof`);
  const bytes = new Uint8Array(await pprof.arrayBuffer());
  const profile = decode(gunzipSync(bytes), { inflate: (one) => one });
  expect(profile.format).toBe('pprof');
  expect(profile.samples.values[0]!.reduce((sum, value) => sum + value, 0)).toBe(100);
});

test('an upload says what became of its labels, and groups can be filtered by them', async () => {
  await createGroup(server.app, 'labels');
  const post = async (query: string) => {
    const answer = await upload(server.app, foldedText, { group: 'labels', query });
    expect(answer.status).toBe(201);
    return UploadAnswer.parse(await answer.json()).warnings;
  };
  const times = 'startMs=-1m&endMs=now';
  expect(await post(`${times}&label=env:prod&label=colour%3Dred&label=version:2`)).toEqual([]);
  expect(await post(`${times}&label=request_id:7`)).toEqual([
    expect.stringMatching(/“request_id”.*deployment\.environment\.name/),
  ]);
  const detail = GroupDetail.parse(await json('/groups/labels'));
  expect(detail.labels).toEqual({
    'deployment.environment.name': ['prod'],
    'service.version': ['2'],
    colour: ['red'],
  });
  await Promise.all(Array.from({ length: 63 }, (_, build) => post(`${times}&label=b:${build}`)));
  expect(await post(`${times}&label=b:63`)).toEqual([
    expect.stringMatching(/“b”.*64 combinations/),
  ]);
  expect(await post(`${times}&label=colour:red`)).toEqual([]);
  for (const wrong of ['foo', ':x', 'env:', '=']) {
    const refused = await upload(server.app, foldedText, { query: `label=${wrong}` });
    expect(refused.status, wrong).toBe(400);
  }
});

test('one time leaves a file its length, and no rate is made up of a file without one', async () => {
  await createGroup(server.app, 'files');
  const post = async (query: string) => {
    const answer = await upload(server.app, 'main;f 100\n', { group: 'files', query });
    return UploadAnswer.parse(await answer.json());
  };
  const cores = async () => {
    const { groups } = GroupList.parse(await json('/groups?q=files'));
    return groups[0]?.cpuCores.filter((one) => one !== null);
  };
  const told = await post('startMs=-20m&sampleType=cpu&unit=ns');
  expect([told.fromMs, told.toMs]).toEqual([noon - 1_200_000, noon - 1_200_000 + 1]);
  expect(told.warnings).toHaveLength(1);
  const covered = async () => {
    const line = Timeline.parse(await json('/groups/files/timeline?measure=cpu'));
    return line.coveredMs.filter((ms) => ms > 0);
  };
  expect([await cores(), await covered()]).toEqual([[], []]);
  const sampled = await post('startMs=-20m&sampleType=cpu&sampleRateHz=100');
  expect([sampled.fromMs, sampled.toMs]).toEqual([noon - 1_200_000, noon - 1_199_000]);
  expect(sampled.warnings).toEqual([]);
  expect([await cores(), await covered()]).toEqual([[1], [1000]]);
});

test('a range, a measure or a label without data is empty, not an error', async () => {
  for (const query of [
    'measure=live_bytes',
    `${view}&label=service.version:9`,
    'from=-9d&to=-8d',
  ]) {
    const tree = decodeProfileTree(await (await get(`/groups/shop/flame?${query}`)).arrayBuffer());
    expect([tree.length, tree.header.total]).toEqual([1, 0]);
    expect(Hotspots.parse(await json(`/groups/shop/hotspots?${query}`)).rows).toEqual([]);
    Timeline.parse(await json(`/groups/shop/timeline?${query}`));
  }
});

test('a label chooses', async () => {
  const chosen = await get(
    `/groups/shop/flame?${view}&label=service.version:1.0&label=service.version:2`,
  );
  expect(decodeProfileTree(await chosen.arrayBuffer()).header.total).toBe(100);
});

test('a retry with the same token counts once', async () => {
  const again = await upload(server.app, foldedText, { query: 'token=first' });
  expect(again.status).toBe(201);
  expect(UploadAnswer.parse(await again.json()).result).toBe('duplicate');
});

test('a multipart upload holds several profiles of one window and what is known beside them', async () => {
  await createGroup(server.app, 'parts');
  const form = new FormData();
  form.append(
    'metadata',
    JSON.stringify({
      startMs: noon - 60_000,
      endMs: noon,
      labels: { 'service.instance.id': 'node-7', 'service.version': '3' },
      agent: { name: 'everflame-agent-nodejs', version: '1.2.3' },
      runtimeVersion: '20.1',
      facts: { cpuSeconds: 30, rssBytes: 1000 },
    }),
  );
  form.append('profile', new Blob(['main;a 5\n']), 'one.folded');
  form.append('profile', new Blob([gzipSync('main;b 7\n')]), 'two.folded.gz');
  const stored = await server.app.request('/api/v1/groups/parts/profiles', {
    method: 'POST',
    body: form,
  });
  expect(UploadAnswer.parse(await stored.json())).toMatchObject({
    result: 'stored',
    nodes: 4,
    fromMs: noon - 60_000,
    toMs: noon,
  });
  const { instances } = InstanceList.parse(await json('/groups/parts/instances'));
  expect(instances).toMatchObject([
    {
      instance: 'node-7',
      agent: 'everflame-agent-nodejs',
      agentVersion: '1.2.3',
      cpuCores: 0.5,
      rssBytes: 1000,
    },
  ]);
  expect(Hotspots.parse(await json(`/groups/parts/hotspots?${view}`)).total).toBe(12);
});

test('a body compressed on its way counts as what it holds', async () => {
  await createGroup(server.app, 'squeezed');
  const stored = await server.app.request('/api/v1/groups/squeezed/profiles', {
    method: 'POST',
    body: gzipSync(foldedText),
    headers: { 'content-encoding': 'gzip', 'content-type': 'text/plain' },
  });
  expect(stored.status).toBe(201);
  expect(Hotspots.parse(await json(`/groups/squeezed/hotspots?${view}`)).total).toBe(100);
});

test('answers are compressed where the client can, and not sent again where it has them', async () => {
  const path = `/groups/shop/hotspots?${view}`;
  const plain = await get(path);
  const etag = plain.headers.get('etag')!;
  const text = await plain.text();
  expect((await get(path, { 'if-none-match': etag })).status).toBe(304);
  const squeezed = await get(path, { 'accept-encoding': 'gzip;q=0.5, deflate' });
  expect(squeezed.headers.get('content-encoding')).toBe('gzip');
  expect(gunzipSync(await squeezed.arrayBuffer()).toString()).toBe(text);
  expect((await get(path, { 'accept-encoding': 'gzip, br' })).headers.get('content-encoding')).toBe(
    'br',
  );
  expect(
    (await get(path, { 'accept-encoding': 'gzip;q=0' })).headers.get('content-encoding'),
  ).toBeNull();
  await upload(server.app, 'main;more 1\n');
  expect((await get(path, { 'if-none-match': etag })).status).toBe(200);
});

test('an error says what was expected, under a request id that the log has', async () => {
  const response = await get('/groups/nobody');
  expect(response.status).toBe(404);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const problem = ProblemBody.parse(await response.json());
  expect(problem).toMatchObject({
    code: 'unknown-group',
    detail: expect.stringContaining('nobody'),
  });
  expect(problem.requestId).toBe(response.headers.get('x-request-id'));
  expect(server.log.some((line) => line.includes(problem.requestId))).toBe(true);
});
