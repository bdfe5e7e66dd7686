import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Problem } from '@everflame/model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createGroup, openUnderTest, type UnderTest, upload } from './under-test.ts';

let server: UnderTest;
let webFolder: string;

beforeAll(async () => {
  webFolder = await mkdtemp(join(tmpdir(), 'everflame-web-'));
  await mkdir(join(webFolder, 'assets'));
  await writeFile(
    join(webFolder, 'index.html'),
    '<!doctype html><script>document.documentElement.dataset.theme="dark"</script><script type="module" src="/assets/main-1a2b.js"></script>',
  );
  await writeFile(join(webFolder, 'assets', 'main-1a2b.js'), 'export {};');
  server = await openUnderTest({ webFolder });
  await createGroup(server.app);
});
afterAll(async () => {
  await server.close();
  await rm(webFolder, { recursive: true, force: true });
});

const codeOf = async (response: Response) =>
  [response.status, ((await response.json()) as { code: string }).code] as const;

test.each(['/', '/index.html', '/groups/shop', '/groups/shop/flame'])(
  '%s is the page',
  async (path) => {
    const response = await server.app.request(path);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-cache');
    const policy = response.headers.get('content-security-policy')!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toMatch(/script-src 'self' 'sha256-[A-Za-z0-9+/]{43}='(;|$)/);
    expect(policy).not.toContain('unsafe');
  },
);

test('files named after their content are kept forever, and missing ones are no page', async () => {
  const file = await server.app.request('/assets/main-1a2b.js');
  expect(file.headers.get('cache-control')).toContain('immutable');
  expect(file.headers.get('content-type')).toContain('javascript');
  expect(await codeOf(await server.app.request('/assets/other.js'))).toEqual([
    404,
    'no-such-address',
  ]);
  expect(await codeOf(await server.app.request('/..%2f..%2fetc%2fpasswd.txt'))).toEqual([
    404,
    'no-such-address',
  ]);
});

test('the page is only read', async () => {
  expect(await codeOf(await server.app.request('/', { method: 'POST' }))).toEqual([
    405,
    'method-not-allowed',
  ]);
});

test('every answer forbids sniffing and names its request', async () => {
  for (const path of ['/', '/api/v1/status', '/api/v1/nothing', '/healthz', '/profilingGroups']) {
    const { headers } = await server.app.request(path);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  }
});

test('an address that is none, and a method that is not answered', async () => {
  expect(await codeOf(await server.app.request('/api/v1/nothing'))).toEqual([
    404,
    'no-such-address',
  ]);
  expect(await codeOf(await server.app.request('/api'))).toEqual([404, 'no-such-address']);
  expect(await codeOf(await server.app.request('/api/v1/status', { method: 'DELETE' }))).toEqual([
    405,
    'method-not-allowed',
  ]);
});

test.each([
  '/api/v1/groups/shop/flame?maxNodes=300000',
  '/api/v1/groups/shop/flame?maxNodes=x',
  '/api/v1/groups/shop/flame?root=xyz',
  '/api/v1/groups/shop/flame?order=size',
  '/api/v1/groups/shop/flame?states=RUNNING',
  '/api/v1/groups/shop/hotspots?label=x',
  '/api/v1/groups/shop/hotspots?from=soon',
  '/api/v1/groups/shop/search',
  '/api/v1/groups/shop/export?format=jfr',
  '/api/v1/groups?limit=0',
  '/api/v1/groups/shop/timeline?tier=PT5M&from=-900d',
])('%s has a parameter that is not allowed', async (path) => {
  expect(await codeOf(await server.app.request(path))).toEqual([400, 'invalid-parameter']);
});

test('a range that runs backwards, and a node that is not there', async () => {
  const flame = '/api/v1/groups/shop/flame';
  expect(await codeOf(await server.app.request(`${flame}?from=now&to=-1h`))).toEqual([
    400,
    'invalid-time-range',
  ]);
  expect(await codeOf(await server.app.request(`${flame}?root=0123456789abcdef`))).toEqual([
    404,
    'unknown-node',
  ]);
});

const post = (body: string, contentType = 'application/json') =>
  server.app.request('/api/v1/groups', {
    method: 'POST',
    body,
    headers: { 'content-type': contentType },
  });

test('a body that is not what the address expects', async () => {
  expect(await codeOf(await post('{"name":"a b"}'))).toEqual([400, 'invalid-body']);
  expect(await codeOf(await post('{'))).toEqual([400, 'invalid-body']);
  expect(await codeOf(await post('{"name":"x","extra":1}'))).toEqual([400, 'invalid-body']);
  expect(await codeOf(await post('name=x', 'text/plain'))).toEqual([415, 'unsupported-media-type']);
  expect(await codeOf(await post(`{"name":"${'x'.repeat(70_000)}"}`))).toEqual([
    413,
    'body-too-large',
  ]);
  expect(await codeOf(await post('{"name":"shop"}'))).toEqual([409, 'group-exists']);
});

test('other sites are kept out', async () => {
  const foreign = await server.app.request('http://evil.example/api/v1/status');
  expect(await codeOf(foreign)).toEqual([403, 'foreign-host']);
  const posted = await server.app.request('/api/v1/groups', {
    method: 'POST',
    headers: { origin: 'https://evil.example' },
  });
  expect(await codeOf(posted)).toEqual([403, 'foreign-origin']);
});

test('what fails on our side is logged with its cause, and not shown', async () => {
  const broken = await openUnderTest(
    {},
    {
      catalog: {
        keys: { any: () => false },
        group: () => Promise.reject(new Error('secret cause')),
      } as never,
    },
  );
  const response = await broken.app.request('/api/v1/groups/shop');
  const text = await response.text();
  expect(response.status).toBe(500);
  expect(text).toContain('internal-error');
  expect(text).not.toContain('secret');
  expect(broken.log.some((line) => line.includes('secret cause'))).toBe(true);
  await broken.close();
});

test('a store that cannot write says so, and readiness with it', async () => {
  const { needs } = server;
  const full = new Problem('storage-full');
  const writer = { append: () => Promise.reject(full), isHealthy: false, waiting: 0 } as never;
  const broken = await openUnderTest({}, { writer });
  await createGroup(broken.app);
  expect(await codeOf(await upload(broken.app))).toEqual([507, 'storage-full']);
  expect((await broken.app.request('/readyz')).status).toBe(503);
  expect((await broken.app.request('/healthz')).status).toBe(200);
  await broken.close();
  expect(needs.writer.isHealthy).toBe(true);
});

test('a full queue asks to come back', async () => {
  const writer = {
    append: () => Promise.reject(new Problem('overloaded')),
    isHealthy: true,
    waiting: 9,
  } as never;
  const busy = await openUnderTest({}, { writer });
  await createGroup(busy.app);
  const response = await upload(busy.app);
  expect(response.headers.get('retry-after')).toBe('5');
  expect(await codeOf(response)).toEqual([429, 'overloaded']);
  await busy.close();
});

test('while it stops, the server says so', async () => {
  server.phase.now = 'stopping';
  expect((await server.app.request('/readyz')).status).toBe(503);
  expect(await codeOf(await server.app.request('/api/v1/status'))).toEqual([503, 'stopping']);
  server.phase.now = 'ready';
  expect((await server.app.request('/readyz')).status).toBe(200);
});

test('metrics count requests by route and uploads by result', async () => {
  await upload(server.app);
  await upload(server.app, 'no profile');
  const text = await (await server.app.request('/metrics')).text();
  expect(text).toMatch(
    /everflame_http_requests_total\{route="\/api\/v1\/groups\/\{group\}\/profiles",status="201"\} \d/,
  );
  expect(text).toMatch(/everflame_uploads_total\{format="folded",result="stored"\} 1/);
  expect(text).toMatch(/everflame_uploads_total\{format="unknown",result="[a-z-]+"\} 1/);
  for (const name of [
    'http_request_seconds_bucket',
    'upload_bytes_total',
    'decode_seconds_count',
    'commit_seconds_count',
    'batch_profiles_count',
    'queue_profiles',
    'store_bytes',
    'agents',
  ]) {
    expect(text).toContain(`everflame_${name}`);
  }
  expect(text).toContain('process_resident_memory_bytes');
});

const logged = async (work: () => unknown) => {
  const before = server.log.length;
  await work();
  return server.log.slice(before);
};

test('a request is one line of the log, without its body', async () => {
  const lines = await logged(() => upload(server.app, 'secret_frame;x y\n'));
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0]!)).toMatchObject({
    method: 'POST',
    route: '/api/v1/groups/{group}/profiles',
    group: 'shop',
    status: 415,
  });
  expect(lines.join()).not.toContain('secret');
});

test('agents that ask and report without trouble are not logged, but for the first profile of a group', async () => {
  await createGroup(server.app, 'quiet');
  const report = () => upload(server.app, 'main;f 1\n', { group: 'quiet' });
  const ask = (group: string) =>
    server.app.request(`/profilingGroups/${group}/configureAgent`, { method: 'POST', body: '{}' });
  expect(await logged(() => ask('quiet'))).toEqual([]);
  const lines = await logged(report);
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({ level: 30, group: 'quiet', msg: 'the first profile of a group' }),
  ]);
  expect(await logged(report)).toEqual([]);
  expect(await logged(() => ask('quiet'))).toEqual([]);
  expect(await logged(() => ask('nobody'))).toHaveLength(1);
});

test('what is read without trouble is not logged, or an open page would fill the log', async () => {
  const paths = ['/api/v1/groups', '/api/v1/groups/shop', '/healthz', '/profilingGroups'];
  expect(await logged(() => Promise.all(paths.map((path) => server.app.request(path))))).toEqual(
    [],
  );
});

test.each([
  ['/api/v1/groups/nobody', 'nobody', 'unknown-group'],
  ['/profilingGroups/nobody', 'nobody', 'unknown-group'],
  [`/api/v1/groups/${'x'.repeat(5000)}`, 'x'.repeat(255), 'unknown-group'],
  ['/api/v1/nothing', undefined, 'no-such-address'],
])('a refusal is logged with its group and its problem', async (path, group, problem) => {
  const [line = '{}'] = await logged(() => server.app.request(path));
  const fields = JSON.parse(line) as Readonly<Record<string, unknown>>;
  expect([fields.group, fields.problem]).toEqual([group, problem]);
});
