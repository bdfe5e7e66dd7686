import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createGroup } from '../under-test.ts';
import { operations } from './operations.ts';
import { arnOfGroup, openSdk, type SdkUnderTest } from './sdk-under-test.ts';

/** What no official client sends, and somebody does. */
let sdk: SdkUnderTest;
beforeAll(async () => {
  sdk = await openSdk();
  await createGroup(sdk.app);
});
afterAll(() => sdk.close());

async function asked(method: string, path: string, body?: string | Uint8Array<ArrayBuffer>) {
  const init = body === undefined ? { method } : { method, body };
  const response = await fetch(sdk.url + path, init);
  const text = await response.text();
  return {
    status: response.status,
    type: response.headers.get('x-amzn-errortype'),
    requestId: response.headers.get('x-amzn-requestid'),
    body: text === '' ? undefined : (JSON.parse(text) as Record<string, unknown>),
    headers: response.headers,
  };
}

const group = '/profilingGroups/shop';
const create = '/profilingGroups?clientToken=t';

type Refused = [method: string, path: string, body: string | Uint8Array<ArrayBuffer>, why: string];

test.each<Refused>([
  ['POST', create, '{"profilingGroupName": "x"', 'is not JSON'],
  ['POST', create, 'profilingGroupName=x', 'is a form'],
  ['POST', create, new Uint8Array([0x7b, 0xff, 0x7d]), 'is not UTF-8'],
  ['POST', create, '[]', 'is a list'],
  ['POST', create, 'null', 'is null'],
  ['POST', create, '{}', 'lacks what is required'],
  ['POST', create, '{"profilingGroupName": 5}', 'has a number where text belongs'],
  ['POST', create, '{"profilingGroupName": "x", "tags": ["a"]}', 'has a list where a map belongs'],
  ['POST', create, '{"profilingGroupName": "x", "tags": {"a": 1}}', 'has a number for a tag'],
  ['POST', create, '{"profilingGroupName": "x", "computePlatform": "default"}', 'has another case'],
  [
    'PUT',
    group,
    '{"agentOrchestrationConfig": {"profilingEnabled": "false"}}',
    'has text for a bool',
  ],
  ['PUT', group, '{"agentOrchestrationConfig": {"profilingEnabled": null}}', 'has null for a must'],
  [
    'PUT',
    `${group}/policy/agentPermissions`,
    '{"principals": "me"}',
    'has text where a list belongs',
  ],
  ['PUT', `${group}/policy/agentPermissions`, '{"principals": [null]}', 'has null in a list'],
])('%s %s with %s: the body %s', async (method, path, body, _why) => {
  const answer = await asked(method, path, body);
  expect(answer.status).toBe(400);
  expect(answer.type).toBe('ValidationException');
  expect(answer.requestId).toMatch(/^[0-9a-f-]{36}$/);
  expect(answer.body).toEqual({
    __type: 'ValidationException',
    message: expect.stringMatching(/\S/),
  });
});

test.each([
  '/profilingGroups?maxResults=1.5',
  '/profilingGroups?maxResults=',
  '/profilingGroups?maxResults=0x10',
  '/profilingGroups?maxResults=5&maxResults=5',
  '/profilingGroups?includeDescription=yes',
  '/profilingGroups?nextToken=a.b',
  `${group}/profile?period=P1D&maxDepth=-1`,
  `${group}/profile?period=PT5M&period=PT5M`,
  `${group}/profile?startTime=2026-06-01&period=PT5M`,
  `${group}/profileTimes?period=PT2H&startTime=2026-06-01T00:00:00Z&endTime=2026-06-01T01:00:00Z`,
  `${group}/profileTimes?period=PT5M&startTime=2026-06-01T00:00:00Z`,
  `/internal${group}/findingsReports?startTime=2026-06-01T00:00:00Z`,
])('GET %s is refused', async (path) => {
  expect(await asked('GET', path)).toMatchObject({ status: 400, type: 'ValidationException' });
});

test('members that nobody knows are ignored, and null is a member that is absent', async () => {
  const body = {
    ...{ profilingGroupName: 'lenient', computePlatform: null, tags: { a: 'b', gone: null } },
    ...{ agentOrchestrationConfig: null, newInNextYear: { x: [1] } },
  };
  const created = await asked('POST', `${create}&other=1`, JSON.stringify(body));
  expect(created.status).toBe(201);
  expect(created.body).toMatchObject({
    ...{ name: 'lenient', computePlatform: 'Default', tags: { a: 'b' } },
    agentOrchestrationConfig: { profilingEnabled: true },
  });
  const asks = await asked('POST', `${group}/configureAgent`, '{"fleetInstanceId": null}');
  expect(asks.status).toBe(200);
});

test('a token creates once: with the same content the same answer, with other content a conflict', async () => {
  const send = (token: string, more: object = {}) =>
    asked(
      'POST',
      `/profilingGroups?clientToken=${token}`,
      JSON.stringify({ profilingGroupName: 'once', tags: { a: '1', b: '2' }, ...more }),
    );
  const first = await send('one');
  expect(first.status).toBe(201);
  const again = await send('one', { tags: { b: '2', a: '1' }, computePlatform: 'Default' });
  expect([again.status, again.body]).toEqual([201, first.body]);
  for (const [token, more] of [
    ['two', {}],
    ['ONE', {}],
    ['one', { tags: {} }],
    ['one', { computePlatform: 'AWSLambda' }],
    ['one', { agentOrchestrationConfig: { profilingEnabled: false } }],
  ] as const) {
    expect(await send(token, more)).toMatchObject({ status: 409, type: 'ConflictException' });
  }
  const together = await Promise.all(
    [1, 2, 3].map(() =>
      asked('POST', '/profilingGroups?clientToken=t', '{"profilingGroupName": "together"}'),
    ),
  );
  expect(together.map(({ status }) => status)).toEqual([201, 201, 201]);
});

test('HEAD is answered as GET is, without a body', async () => {
  const answer = await asked('HEAD', group);
  expect(answer).toMatchObject({ status: 200, body: undefined });
  expect(answer.headers.get('content-type')).toBe('application/json');
  const missing = await asked('HEAD', '/profilingGroups/nobody');
  expect(missing).toMatchObject({ status: 404, type: 'ResourceNotFoundException' });
});

test.each([
  ['PUT', '/profilingGroups'],
  ['PATCH', group],
  ['POST', `${group}/policy`],
  ['GET', `${group}/policy/agentPermissions`],
  ['GET', `${group}/`],
  ['GET', `${group}/profile/`],
  ['GET', '/internal'],
  ['GET', '/tags'],
  ['GET', '/tags/%'],
])('%s %s is no operation', async (method, path) => {
  const answer = await asked(method, path);
  expect(answer).toMatchObject({ status: 404, type: 'UnknownOperationException' });
});

test('whatever JSON comes to whatever operation, it is answered, and never as a fault of ours', async () => {
  const name = fc.constantFrom(
    ...['profilingGroupName', 'tags', 'principals', 'channels', 'type', 'metadata', 'frameMetrics'],
  );
  const leaf = fc.oneof(fc.jsonValue(), fc.constant('shop'), fc.constantFrom('AnomalyDetection'));
  const body = fc.oneof(fc.jsonValue(), fc.dictionary(name, leaf));
  const id = '01234567-89ab-cdef-0123-456789abcdef';
  const asking = operations.filter(({ method }) => method === 'POST' || method === 'PUT');
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...asking), body, async ({ method, path }, value) => {
      const filled = path
        .replace('{profilingGroupName}', 'shop')
        .replace('{actionGroup}', 'agentPermissions')
        .replace('{resourceArn}', encodeURIComponent(arnOfGroup('shop')))
        .replace(/\{\w+\}/, id);
      const url = `${filled}?clientToken=t&startTime=2026-06-01T00:00:00Z&period=PT1H`;
      const response = await sdk.app.request(url, { method, body: JSON.stringify(value) });
      expect(response.status).toBeLessThan(500);
    }),
    { numRuns: 300 },
  );
});

test('a fault of ours is said without its cause', async () => {
  const broken = await openSdk();
  await broken.needs.catalog.close();
  const response = await broken.app.request('/profilingGroups/shop');
  expect(response.status).toBe(500);
  expect(response.headers.get('x-amzn-errortype')).toBe('InternalServerException');
  const { message } = (await response.json()) as { message: string };
  expect(message).toMatch(/request id/);
  expect(broken.log.join('')).toContain('a bug of ours');
  await broken.close();
});

test('a body that is too large is refused', async () => {
  const tags = { a: 'x'.repeat(300_000) };
  const answer = await asked('POST', create, JSON.stringify({ profilingGroupName: 'x', tags }));
  expect(answer).toMatchObject({ status: 413, type: 'RequestEntityTooLargeException' });
});
