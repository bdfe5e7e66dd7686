import { afterEach, beforeEach, expect, test } from 'vitest';
import type { KeyWithSecret } from '../storage/keys.ts';
import { createGroup, noon, openUnderTest, type UnderTest } from '../under-test.ts';
import { officiallySigned } from './signed-under-test.ts';

let server: UnderTest;

beforeEach(async () => {
  server = await openUnderTest();
  await createGroup(server.app);
});
afterEach(() => server.close());

const admin = (name: string) => server.needs.catalog.keys.create({ name, role: 'admin' });
const bearer = ({ secret }: KeyWithSecret) => ({ authorization: `Bearer ${secret}` });

/** A request that was let in and whose body is still on its way. */
async function begun(method: string, path: string, headers: Record<string, string>, body: object) {
  let end = () => {};
  let reading = () => {};
  const isReading = new Promise<void>((resolve) => {
    reading = resolve;
  });
  const isEnded = new Promise<void>((resolve) => {
    end = resolve;
  });
  const stream = new ReadableStream(
    {
      async pull(controller) {
        reading();
        await isEnded;
        controller.enqueue(new TextEncoder().encode(JSON.stringify(body)));
        controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  const init = { method, headers: { 'content-type': 'application/json', ...headers } };
  const answer = server.app.request(path, { ...init, body: stream, duplex: 'half' } as RequestInit);
  await isReading;
  return async () => {
    end();
    return (await answer).status;
  };
}

const thief = { name: 'thief', role: 'admin' };
const names = async () => (await server.needs.catalog.keys.list()).map(({ name }) => name);

test('who was let in while there was no key, and says what only afterwards, needs one', async () => {
  const key = await begun('POST', '/api/v1/keys', {}, thief);
  const update = { agentOrchestrationConfig: { profilingEnabled: false } };
  const pause = await begun('PUT', '/profilingGroups/shop', {}, update);
  await admin('root');
  expect([await key(), await pause()]).toEqual([401, 403]);
  expect(await names()).toEqual(['root']);
  expect(await server.needs.catalog.group('shop')).toMatchObject({ profilingEnabled: true });
});

test('a revoked key makes no other, also where its request had begun', async () => {
  await admin('root');
  const lost = await admin('lost');
  const makes = await begun('POST', '/api/v1/keys', bearer(lost), thief);
  const creates = await begun('POST', '/api/v1/groups', bearer(lost), { name: 'late' });
  await server.needs.catalog.keys.revoke(lost.key.id);
  expect([await makes(), await creates()]).toEqual([401, 401]);
  expect(await names()).toEqual(['root']);
});

test('a signed upload whose key is revoked before its end is not stored', async () => {
  const lost = await admin('lost');
  const path = '/api/v1/groups/shop/profiles';
  const plain = { method: 'POST', path, query: {}, headers: { host: 'localhost' } };
  const who = { keyId: lost.key.id, secret: lost.secret, atMs: noon };
  const body = { folded: 'profile' };
  const signed = { ...plain, body: JSON.stringify(body) };
  const { headers } = await officiallySigned(signed, who, 'sign as boto');
  const uploads = await begun('POST', path, { ...headers }, body);
  await server.needs.catalog.keys.revoke(lost.key.id);
  expect(await uploads()).toBe(401);
});

test('of two administrators who revoke each other at once, one is left', async () => {
  const [one, other] = [await admin('one'), await admin('other')];
  const revoke = async (by: KeyWithSecret, { key: { id } }: KeyWithSecret) => {
    const init = { method: 'DELETE', headers: bearer(by) };
    return (await server.app.request(`/api/v1/keys/${id}`, init)).status;
  };
  const statuses = await Promise.all([revoke(one, other), revoke(other, one)]);
  expect(statuses.sort()).toEqual([204, 401]);
  expect(await names()).toHaveLength(1);
});

test('nobody is let in with a key from the moment that it is revoked', async () => {
  await admin('root');
  const { keys } = server.needs.catalog;
  const lost = await admin('lost');
  const revoked = keys.revoke(lost.key.id);
  expect(keys.find(lost.key.id)).toBeUndefined();
  expect(keys.findBySecret(lost.secret)).toBeUndefined();
  await revoked;
});
