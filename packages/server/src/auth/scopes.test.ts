import { afterAll, beforeAll, expect, test } from 'vitest';
import { routes } from '../api/door.ts';
import { operations } from '../aws/operations.ts';
import { groupToken } from '../aws/page-token.ts';
import { createGroup, openUnderTest, type UnderTest } from '../under-test.ts';

let server: UnderTest;
let headers: Record<string, string>;
const long = (letter: string) => letter.repeat(80);

beforeAll(async () => {
  server = await openUnderTest();
  for (const name of ['shop', 'other', long('o'), long('s'), `${long('s')}t`]) {
    await createGroup(server.app, name);
  }
  await server.needs.catalog.keys.create({ name: 'root', role: 'admin' });
  const wished = { name: 'one', role: 'operator', groups: ['s*'] } as const;
  const { secret } = await server.needs.catalog.keys.create(wished);
  headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
});
afterAll(() => server.close());

const arn = encodeURIComponent('arn:aws:codeguru-profiler:eu-west-1:1:profilingGroup/');

/** Every address at which a group is named. */
const addresses = [...operations, ...routes]
  .filter(({ path }) => /\{(group|profilingGroupName|resourceArn)\}/.test(path))
  .map(({ method, path }) => ({ method, path, name: `${method} ${path}` }));

test.each(addresses)('$name tells nothing of a group of others', async ({ method, path }) => {
  const ask = async (group: string) => {
    const address = path
      .replace(/\{(group|profilingGroupName)\}/, group)
      .replace('{resourceArn}', arn + group)
      .replace(/\{\w+\}/, 'agentPermissions');
    const body = method === 'GET' ? null : '{}';
    const { status } = await server.app.request(address, { method, headers, body });
    return status;
  };
  for (const group of ['other', '%6Fther', 'nobody', 'OTHER']) expect(await ask(group)).toBe(403);
});

test('the token of a page tells nothing of a group of others', async () => {
  const list = async (token: string) => {
    const answer = await server.app.request(`/profilingGroups?${token}`, { headers });
    const { profilingGroupNames: names, nextToken } = (await answer.json()) as Record<
      string,
      unknown
    >;
    return { status: answer.status, names, nextToken };
  };
  const page = await list('maxResults=2');
  expect(page.names).toEqual(['shop', long('s')]);
  expect((await list(`nextToken=${page.nextToken}`)).names).toEqual([`${long('s')}t`]);
  for (const name of [long('o'), long('q')]) {
    expect((await list(`nextToken=${groupToken(name)}`)).status).toBe(400);
  }
});

test('an administrator is limited to no groups, for he could make a key for all', async () => {
  const body = JSON.stringify({ name: 'two', role: 'admin', groups: ['s*'] });
  const open = await openUnderTest();
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
  const refused = await open.app.request('/api/v1/keys', init);
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({ detail: expect.stringContaining('all groups') });
  expect(open.needs.catalog.keys.any()).toBe(false);
  await open.close();
});
