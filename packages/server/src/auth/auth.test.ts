import { AccessKeyList, CreatedAccessKey, ProblemBody } from '@everflame/api';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { KeyWithSecret, NewKey } from '../storage/keys.ts';
import { createGroup, noon, openUnderTest, type UnderTest, upload } from '../under-test.ts';
import { type How, officiallySigned } from './signed-under-test.ts';

let server: UnderTest;
let admin: KeyWithSecret;

beforeEach(async () => {
  server = await openUnderTest({ selfGroup: 'everflame' });
  await createGroup(server.app);
  await createGroup(server.app, 'other');
  admin = await key({ name: 'root', role: 'admin' });
});
afterEach(() => server.close());

const key = (wished: NewKey) => server.needs.catalog.keys.create(wished);
const bearer = ({ secret }: { readonly secret: string }) => ({ authorization: `Bearer ${secret}` });
const basic = (user: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
});
const ask = (path: string, headers: Record<string, string> = {}, init: RequestInit = {}) =>
  server.app.request(path, { ...init, headers: { ...headers } });

const codeOf = async (response: Response) => {
  const { code } = ProblemBody.parse(await response.json());
  return [response.status, code];
};

/** What an AWS client would make of it. */
const exceptionOf = async (response: Response) => {
  const { __type, message } = (await response.json()) as { __type: string; message: string };
  expect(response.headers.get('x-amzn-errortype')).toBe(__type);
  return [response.status, __type, message];
};

interface Signed {
  readonly by: KeyWithSecret;
  readonly body?: string;
  readonly atMs?: number;
  readonly how?: How;
}

const headersOf = async (method: string, path: string, { by, body, atMs = noon, how }: Signed) => {
  const plain = { method, path, body, query: {}, headers: { host: 'localhost' } };
  const { key: signer, secret } = by;
  const who = { keyId: signer.id, secret, atMs, region: 'eu-west-1' };
  return (await officiallySigned(plain, who, how)).headers;
};

const sign = async (method: string, path: string, signed: Signed) =>
  server.app.request(path, {
    ...{ method, body: signed.body ?? null },
    headers: await headersOf(method, path, signed),
  });

describe('without any key', () => {
  beforeEach(() => server.needs.catalog.keys.revoke(admin.key.id));

  test('everybody on this machine may everything, and the log says that signatures mean nothing', async () => {
    const stranger = { key: { ...admin.key, id: 'AKIDEXAMPLE' }, secret: 'any' };
    for (let time = 0; time < 2; time++) {
      expect((await sign('GET', '/profilingGroups', { by: stranger })).status).toBe(200);
    }
    expect((await ask('/api/v1/keys')).status).toBe(200);
    expect((await ask('/metrics', basic('a', 'b'))).status).toBe(200);
    const warnings = server.log.filter((line) => line.includes('are not verified'));
    expect(warnings).toHaveLength(1);
  });

  test('the first key must be an administrator’s, and then everybody needs one', async () => {
    const make = (role: string) =>
      ask(
        '/api/v1/keys',
        { 'content-type': 'application/json' },
        { method: 'POST', body: JSON.stringify({ name: 'first', role }) },
      );
    expect(await codeOf(await make('agent'))).toEqual([409, 'first-key']);
    expect((await make('admin')).status).toBe(201);
    expect(await codeOf(await make('admin'))).toEqual([401, 'unauthenticated']);
  });
});

describe('as soon as there is a key', () => {
  test('each door asks for one in its own words', async () => {
    for (const path of ['/api/v1/groups', '/api/v1/status', '/', '/groups/shop', '/metrics']) {
      const refused = await ask(path);
      expect(refused.headers.get('www-authenticate')).toMatch(/^Basic realm="Everflame"/);
      expect(await codeOf(refused)).toEqual([401, 'unauthenticated']);
    }
    expect(await codeOf(await upload(server.app))).toEqual([401, 'unauthenticated']);
    expect(await exceptionOf(await ask('/profilingGroups'))).toEqual([
      ...[403, 'MissingAuthenticationTokenException', 'Missing Authentication Token'],
    ]);
  });

  test('a proxy may give the server any name', async () => {
    const url = 'http://profiles.example/api/v1/groups';
    expect((await server.app.request(url, { headers: bearer(admin) })).status).toBe(200);
    const foreign = { ...bearer(admin), origin: 'http://evil.example' };
    const post = await server.app.request(url, { method: 'POST', headers: foreign });
    expect(await codeOf(post)).toEqual([403, 'foreign-origin']);
  });

  test('probes are answered to everybody', async () => {
    for (const path of ['/healthz', '/readyz']) expect((await ask(path)).status).toBe(200);
  });

  test('a secret lets in as a token, as a password and as a Datadog key, at every door', async () => {
    const { secret } = admin;
    const ways = [
      bearer(admin),
      { authorization: `bearer ${secret}` },
      basic(admin.key.id, secret),
      basic('', secret),
      { 'dd-api-key': secret },
    ];
    for (const headers of ways) {
      for (const path of ['/api/v1/groups', '/metrics', '/profilingGroups']) {
        expect((await ask(path, headers)).status).toBe(200);
      }
      // There is no page in this server, which is said to those alone who may see it.
      expect((await ask('/', headers)).status).toBe(404);
    }
    expect((await sign('GET', '/api/v1/groups', { by: admin })).status).toBe(200);
    expect((await sign('GET', '/profilingGroups', { by: admin })).status).toBe(200);
  });

  test('a wrong secret lets nobody in', async () => {
    const { id } = admin.key;
    for (const headers of [
      bearer({ secret: 'wrong' }),
      bearer({ secret: id }),
      basic(admin.secret, 'wrong'),
      basic(id, ''),
      { 'dd-api-key': `${admin.secret}x` },
      // Whoever says who he is twice is believed the first.
      { ...bearer({ secret: 'wrong' }), 'dd-api-key': admin.secret },
    ]) {
      expect(await codeOf(await ask('/api/v1/groups', headers))).toEqual([401, 'wrong-key']);
      const [status, name] = await exceptionOf(await ask('/profilingGroups', headers));
      expect([status, name]).toEqual([403, 'UnrecognizedClientException']);
    }
    const nonsense = { authorization: 'Digest username="root"' };
    expect(await codeOf(await ask('/api/v1/groups', nonsense))).toEqual([401, 'unauthenticated']);
  });

  test('a revoked key lets nobody in', async () => {
    const second = await key({ name: 'second', role: 'admin' });
    expect((await ask('/api/v1/groups', bearer(second))).status).toBe(200);
    await server.needs.catalog.keys.revoke(second.key.id);
    expect(await codeOf(await ask('/api/v1/groups', bearer(second)))).toEqual([401, 'wrong-key']);
    const [, name] = await exceptionOf(await sign('GET', '/profilingGroups', { by: second }));
    expect(name).toBe('UnrecognizedClientException');
  });

  test('the log says with which key, and never its secret', async () => {
    await ask('/api/v1/groups', bearer(admin), { method: 'PUT' });
    await upload(server.app, 'main 1\n', { group: 'nobody', headers: bearer(admin) });
    const line = server.log.find((one) => one.includes('"key":"root"'));
    expect(line).toContain('/api/v1/groups/{group}/profiles');
    expect(server.log.join('')).not.toContain(admin.secret);
    expect((await server.needs.catalog.keys.list())[0]?.lastUsedMs).toBe(noon);
  });
});

describe('signatures', () => {
  const body = JSON.stringify({ fleetInstanceId: 'i-1' });
  const path = '/profilingGroups/shop/configureAgent';

  test('a signed body is handed on to the operation, and to the upload', async () => {
    const answer = await sign('POST', path, { by: admin, body });
    expect(await answer.json()).toMatchObject({ shouldProfile: true });
    const stored = await sign('POST', '/api/v1/groups/shop/profiles', {
      by: admin,
      body: 'a;b 5\n',
    });
    expect(await stored.json()).toMatchObject({ result: 'stored', nodes: 3 });
    expect(server.needs.uploadsInFlight.taken).toBe(0);
  });

  test('a client that does not tell the hash of its body has signed it all the same', async () => {
    const signed = { by: admin, body, how: 'sign as boto' } as const;
    expect(await headersOf('POST', path, signed)).not.toHaveProperty('x-amz-content-sha256');
    expect((await sign('POST', path, signed)).status).toBe(200);
    const headers = await headersOf('POST', path, signed);
    const other = await ask(path, headers, { method: 'POST', body: `${body} ` });
    expect((await exceptionOf(other))[1]).toBe('InvalidSignatureException');
  });

  test('a key alone makes nobody read more than an operation takes', async () => {
    const wrong = { key: admin.key, secret: 'wrong' };
    const large = { by: wrong, body: ' '.repeat(300_000), how: 'sign as boto' } as const;
    const [status, name] = await exceptionOf(await sign('POST', path, large));
    expect([status, name]).toEqual([413, 'RequestEntityTooLargeException']);
    const upload = await sign('POST', '/api/v1/groups/shop/profiles', large);
    expect(await codeOf(upload)).toEqual([403, 'wrong-signature']);
    expect(server.needs.uploadsInFlight.taken).toBe(0);
  });

  test('who knows a key’s id alone holds up nobody who is known before the body is read', async () => {
    const { unverifiedInFlight } = server.needs;
    unverifiedInFlight.take(128 * 2 ** 20 - 1);
    const signed = { by: admin, body: 'a 1\n' };
    const profiles = '/api/v1/groups/shop/profiles';
    const late = await sign('POST', profiles, { ...signed, how: 'sign as boto' });
    expect(await codeOf(late)).toEqual([429, 'overloaded']);
    expect((await sign('POST', profiles, signed)).status).toBe(201);
    expect((await upload(server.app, 'a 1\n', { headers: bearer(admin) })).status).toBe(201);
    unverifiedInFlight.give(128 * 2 ** 20 - 1);
    expect((await sign('POST', profiles, { ...signed, how: 'sign as boto' })).status).toBe(201);
    expect([unverifiedInFlight.taken, server.needs.uploadsInFlight.taken]).toEqual([0, 0]);
  });

  test('an address can be signed for a while, and serves for that alone', async () => {
    const plain = {
      method: 'GET',
      path: '/profilingGroups/shop',
      query: {},
      headers: { host: 'localhost' },
    };
    const who = { keyId: admin.key.id, secret: admin.secret, atMs: noon, region: 'eu-west-1' };
    const { query } = await officiallySigned(plain, who, 'presign');
    const search = new URLSearchParams(query as Record<string, string>).toString();
    const answer = await ask(`/profilingGroups/shop?${search}`);
    expect(await answer.json()).toMatchObject({
      arn: 'arn:aws:codeguru-profiler:eu-west-1:000000000000:profilingGroup/shop',
    });
    const other = await ask(`/profilingGroups/other?${search}`);
    expect((await exceptionOf(other))[1]).toBe('InvalidSignatureException');
    server.clock.ms += 3_601_000;
    const late = await exceptionOf(await ask(`/profilingGroups/shop?${search}`));
    expect(late[2]).toMatch(/^Signature expired/);
  });

  test('a body that is refused is not held', async () => {
    const profiles = '/api/v1/groups/nobody/profiles';
    const refused = await sign('POST', profiles, { by: admin, body: 'a;b 5\n' });
    expect(await codeOf(refused)).toEqual([404, 'unknown-group']);
    expect(server.needs.uploadsInFlight.taken).toBe(0);
  });

  test('AWS’s clients are told what is wrong in AWS’s words', async () => {
    const wrong = { ...admin, secret: 'wrong' };
    expect(await exceptionOf(await sign('POST', path, { by: wrong, body }))).toEqual([
      403,
      'InvalidSignatureException',
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    ]);
    const late = await sign('POST', path, { by: admin, body, atMs: noon - 6 * 60_000 });
    expect(await exceptionOf(late)).toEqual([
      403,
      'InvalidSignatureException',
      'Signature expired: 20260601T115600Z is now earlier than 20260601T115700Z (20260601T120200Z - 5 min.)',
    ]);
    const api = await sign('GET', '/api/v1/groups', { by: admin, atMs: noon + 6 * 60_000 });
    expect(await codeOf(api)).toEqual([403, 'expired-signature']);
    const unknown = { ...admin, key: { ...admin.key, id: 'AKIDEXAMPLE' } };
    expect(await exceptionOf(await sign('POST', path, { by: unknown, body }))).toEqual([
      ...[403, 'UnrecognizedClientException'],
      'The security token included in the request is invalid.',
    ]);
    const broken = await ask('/profilingGroups', { authorization: 'AWS4-HMAC-SHA256 Credential' });
    expect((await exceptionOf(broken)).slice(0, 2)).toEqual([403, 'IncompleteSignatureException']);
  });

  test('a body is not read for a key that is unknown or a time that is past', async () => {
    const post = async (by: KeyWithSecret, atMs: number) => {
      const headers = await headersOf('POST', path, { by, body, atMs });
      const unread = new ReadableStream(
        {
          pull: () => {
            throw new Error('It was read.');
          },
        },
        { highWaterMark: 0 },
      );
      const request = { method: 'POST', headers, body: unread, duplex: 'half' } as RequestInit;
      return server.app.request(path, request);
    };
    const unknown = { ...admin, key: { ...admin.key, id: 'AKIDEXAMPLE' } };
    expect((await exceptionOf(await post(unknown, noon)))[1]).toBe('UnrecognizedClientException');
    expect((await exceptionOf(await post(admin, 0)))[1]).toBe('InvalidSignatureException');
  });
});

describe('roles', () => {
  const described = { method: 'GET', path: '/profilingGroups/shop' };
  const configured = { method: 'POST', path: '/profilingGroups/shop/configureAgent', body: '{}' };
  const paused = {
    ...{ method: 'PUT', path: '/profilingGroups/shop' },
    body: '{"agentOrchestrationConfig":{"profilingEnabled":false}}',
  };
  const keys = { method: 'GET', path: '/api/v1/keys' };
  const uploaded = { method: 'POST', path: '/api/v1/groups/shop/profiles', body: 'a 1\n' };
  const created = { method: 'POST', path: '/api/v1/groups', body: '{"name":"made"}' };

  test.each([
    ['agent', [403, 200, 403, 403, 201, 201]],
    ['viewer', [200, 403, 403, 403, 403, 403]],
    ['operator', [200, 200, 200, 403, 201, 201]],
    ['admin', [200, 200, 200, 200, 201, 201]],
  ] as const)('an %s may what it should', async (role, statuses) => {
    const one = await key({ name: 'one', role });
    const asked = [described, configured, paused, keys, uploaded, created];
    const answers = await Promise.all(
      asked.map(async ({ method, path, ...rest }) => {
        const { body = null } = rest as { body?: string };
        const type = path.endsWith('/groups') ? 'application/json' : 'text/plain';
        const headers = { ...bearer(one), 'content-type': type };
        return (await ask(path, headers, { method, body })).status;
      }),
    );
    expect(answers).toEqual(statuses);
  });

  test('who may not, is told in the words of AWS, or in ours', async () => {
    const ci = await key({ name: 'ci', role: 'viewer' });
    const put = { by: ci, body: paused.body };
    expect(await exceptionOf(await sign('PUT', '/profilingGroups/shop', put))).toEqual([
      403,
      'AccessDeniedException',
      'User: arn:aws:iam::000000000000:user/ci is not authorized to perform: codeguru-profiler:UpdateProfilingGroup on resource: arn:aws:codeguru-profiler:eu-west-1:000000000000:profilingGroup/shop',
    ]);
    const refused = await upload(server.app, 'a 1\n', { headers: bearer(ci) });
    const { code, detail } = ProblemBody.parse(await refused.json());
    expect(code).toBe('forbidden');
    expect(detail).toBe('The access key “ci” (viewer) may not do this in the group shop.');
  });
});

describe('groups', () => {
  test('a key sees and changes those groups alone that it names', async () => {
    for (const name of ['shop-eu', 'shop-us', 'z']) {
      expect(
        (
          await ask(
            '/api/v1/groups',
            { ...bearer(admin), 'content-type': 'application/json' },
            {
              ...{ method: 'POST', body: JSON.stringify({ name }) },
            },
          )
        ).status,
      ).toBe(201);
    }
    const one = await key({ name: 'one', role: 'operator', groups: ['shop-*', 'z'] });
    const status = async (path: string, init: RequestInit = {}) =>
      (await ask(path, { ...bearer(one), 'content-type': 'application/json' }, init)).status;
    for (const base of ['/profilingGroups', '/api/v1/groups']) {
      expect(await status(`${base}/shop-eu`)).toBe(200);
      expect(await status(`${base}/shop`)).toBe(403);
      expect(await status(`${base}/nobody`)).toBe(403);
      expect(await status(`${base}/shop`, { method: 'DELETE' })).toBe(403);
    }
    const arn = (name: string) =>
      `/tags/${encodeURIComponent(`arn:aws:codeguru-profiler:r:1:profilingGroup/${name}`)}`;
    expect([await status(arn('z')), await status(arn('shop'))]).toEqual([200, 403]);
    const make = (name: string) => ({ method: 'POST', body: JSON.stringify({ name }) });
    expect(await status('/api/v1/groups', make('shop-new'))).toBe(201);
    expect(await status('/api/v1/groups', make('new'))).toBe(403);
    const create = { method: 'POST', body: '{"profilingGroupName":"new"}' };
    expect(await status('/profilingGroups?clientToken=t', create)).toBe(403);
    expect(await server.needs.catalog.group('new')).toBeUndefined();
  });

  test('lists have what a key may see, page by page', async () => {
    const one = await key({ name: 'one', role: 'viewer', groups: ['shop', 'o*'] });
    const none = await key({ name: 'none', role: 'viewer', groups: ['elsewhere'] });
    const names: string[] = [];
    let token = '';
    do {
      const page = await ask(`/profilingGroups?maxResults=1${token}`, bearer(one));
      const { profilingGroupNames, nextToken } = (await page.json()) as {
        profilingGroupNames: string[];
        nextToken?: string;
      };
      names.push(...profilingGroupNames);
      token = nextToken === undefined ? '' : `&nextToken=${nextToken}`;
    } while (token !== '');
    expect(names).toEqual(['other', 'shop']);
    const list = async (by: KeyWithSecret) => {
      const answer = await ask('/api/v1/groups', bearer(by));
      return ((await answer.json()) as { groups: { name: string }[] }).groups.length;
    };
    expect([await list(one), await list(none), await list(admin)]).toEqual([2, 0, 2]);
  });

  test('the reports of all groups are those of the groups that a key may see', async () => {
    const { catalog } = server.needs;
    for (const name of ['shop', 'other']) {
      const { id } = (await catalog.group(name))!;
      const window = { fromMs: noon - 3_600_000, toMs: noon };
      const report = { group: id, ...window, isDaily: false, recommendations: [] };
      await catalog.findings.putReport(report);
    }
    const one = await key({ name: 'one', role: 'viewer', groups: ['sh*'] });
    const seen = async (by: KeyWithSecret) => {
      const answer = await ask('/internal/findingsReports', bearer(by));
      const { reportSummaries } = (await answer.json()) as {
        reportSummaries: { profilingGroupName: string }[];
      };
      return reportSummaries.map(({ profilingGroupName }) => profilingGroupName).sort();
    };
    expect([await seen(one), await seen(admin)]).toEqual([['shop'], ['other', 'shop']]);
  });

  test('whom the policy of a group names may report there, and nothing else', async () => {
    const { catalog } = server.needs;
    const one = await key({ name: 'one', role: 'viewer', groups: ['elsewhere'] });
    const status = async (path: string, method = 'POST', body: string | null = '{}') =>
      (await ask(path, bearer(one), { method, body })).status;
    const configure = '/profilingGroups/shop/configureAgent';
    expect(await status(configure)).toBe(403);
    const group = await catalog.group('shop');
    const arn = 'arn:aws:iam::000000000000:user/one';
    await catalog.policies.put(group!.id, ['arn:aws:iam::000000000000:user/on', arn], undefined);
    expect(await status(configure)).toBe(200);
    expect(await status('/profilingGroups/shop/agentProfile', 'POST', 'a 1\n')).toBe(204);
    expect(await status('/api/v1/groups/shop/profiles', 'POST', 'a 1\n')).toBe(201);
    expect(await status('/profilingGroups/other/configureAgent')).toBe(403);
    expect(await status('/profilingGroups/shop', 'GET', null)).toBe(403);
    expect(await status('/profilingGroups/shop', 'DELETE', null)).toBe(403);
  });
});

describe('/api/v1/keys', () => {
  const json = { 'content-type': 'application/json' };
  const make = (body: object) =>
    ask(
      '/api/v1/keys',
      { ...bearer(admin), ...json },
      {
        ...{ method: 'POST', body: JSON.stringify(body) },
      },
    );

  test('a key is made, told once, listed without its secret, used and revoked', async () => {
    const answer = await make({ name: 'ci', role: 'agent', groups: ['shop'] });
    const made = CreatedAccessKey.parse(await answer.json());
    expect(made.key).toMatchObject({ name: 'ci', role: 'agent', groups: ['shop'] });
    expect((await upload(server.app, 'a 1\n', { headers: bearer(made) })).status).toBe(201);
    const listed = await (await ask('/api/v1/keys', bearer(admin))).text();
    expect(listed).not.toContain(made.secret);
    const { keys } = AccessKeyList.parse(JSON.parse(listed));
    expect(keys.map(({ name, lastUsedMs }) => [name, lastUsedMs])).toEqual([
      ['ci', noon],
      ['root', noon],
    ]);
    const revoke = () => ask(`/api/v1/keys/${made.key.id}`, bearer(admin), { method: 'DELETE' });
    expect((await revoke()).status).toBe(204);
    expect(await codeOf(await revoke())).toEqual([404, 'unknown-key']);
    expect(await codeOf(await make({ name: 'root', role: 'viewer' }))).toEqual([409, 'key-exists']);
  });

  test('what is no key is refused', async () => {
    for (const wrong of [
      {},
      { name: '', role: 'admin' },
      { name: 'a/b', role: 'admin' },
      { name: 'a', role: 'root' },
      { name: 'a', role: 'viewer', groups: [] },
      { name: 'a', role: 'viewer', groups: [''] },
      { name: 'a', role: 'viewer', groups: ['a*b'] },
      { name: 'a', role: 'viewer', secret: 'mine' },
    ]) {
      expect(await codeOf(await make(wrong))).toEqual([400, 'invalid-body']);
    }
  });

  test('a key does not revoke itself, so an administrator is always left', async () => {
    const refused = await ask(`/api/v1/keys/${admin.key.id}`, bearer(admin), { method: 'DELETE' });
    expect(await codeOf(refused)).toEqual([403, 'forbidden']);
  });
});

test('the agent of the server itself reports into its own group, and sees nothing', async () => {
  const { selfKey } = server.needs;
  const self = bearer(selfKey!);
  const status = async (path: string, body: string | null = null) =>
    (await ask(path, self, { method: body === null ? 'GET' : 'POST', body })).status;
  const create = '/profilingGroups?clientToken=t';
  expect(await status(create, '{"profilingGroupName":"everflame"}')).toBe(201);
  expect(await status('/profilingGroups/everflame/configureAgent', '{}')).toBe(200);
  expect(await status('/profilingGroups/shop/configureAgent', '{}')).toBe(403);
  expect(await status(create, '{"profilingGroupName":"another"}')).toBe(403);
  expect(await status('/api/v1/groups/everflame')).toBe(403);
  expect((await server.needs.catalog.keys.list()).map(({ name }) => name)).toEqual(['root']);
});

test('where other machines can ask, nobody is let in without a key, not even as long as there is none', async () => {
  const exposed = await openUnderTest({ host: '0.0.0.0', agentFile: '/opt/agent/start.js' });
  const url = 'http://profiles.example/api/v1/status';
  expect(await codeOf(await exposed.app.request(url))).toEqual([401, 'unauthenticated']);
  const made = await exposed.needs.catalog.keys.create({ name: 'root', role: 'admin' });
  const answer = await exposed.app.request(url, { headers: bearer(made) });
  expect(answer.status).toBe(200);
  expect(await answer.json()).not.toHaveProperty('agentFile');
  await exposed.close();
});
