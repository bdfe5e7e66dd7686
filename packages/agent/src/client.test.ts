import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Client } from './client.ts';
import { askOrders } from './orders.ts';
import { type RecordingServer, startRecordingServer } from './recording-server.ts';

let server: RecordingServer;
beforeEach(async () => {
  server = await startRecordingServer();
});
afterEach(() => server.close());

const post = { path: '/x', contentType: 'text/plain', body: Buffer.from('hello') };

test('a server below a path and behind a host name is reached', async () => {
  const client = new Client(new URL(`http://localhost:${server.port}/everflame/`), undefined);
  // Wherever localhost points first, the second attempt goes to its next address.
  const answer = await client.post(post).catch(() => client.post(post));
  expect(answer.status).toBe(201);
  expect(client.answered).toBe(true);
  expect(server.requests).toEqual(['POST /everflame/x']);
});

test('after a cut nothing is sent until the release', async () => {
  const client = new Client(new URL(server.url), undefined);
  client.cut();
  await expect(client.post(post)).rejects.toThrow('no answer before the end');
  client.release();
  expect((await client.post(post)).status).toBe(201);
});

test('a post that is cut while it waits rejects', async () => {
  const silent = createServer(() => {});
  await new Promise<void>((ready) => silent.listen(0, '127.0.0.1', ready));
  const client = new Client(
    new URL(`http://127.0.0.1:${(silent.address() as AddressInfo).port}`),
    undefined,
  );
  const waiting = client.post(post);
  silent.once('request', () => client.cut());
  await expect(waiting).rejects.toThrow('no answer before the end');
  expect(client.answered).toBe(false);
  silent.closeAllConnections();
  silent.close();
});

test('an endless answer is read to its bound', async () => {
  const endless = createServer((_, response) => {
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(10_000)));
    };
    response.on('drain', more);
    more();
  });
  await new Promise<void>((ready) => endless.listen(0, '127.0.0.1', ready));
  const client = new Client(
    new URL(`http://127.0.0.1:${(endless.address() as AddressInfo).port}`),
    undefined,
  );
  const { body } = await client.post(post);
  expect(body.length).toBeLessThanOrEqual(64 << 10);
  endless.closeAllConnections();
  endless.close();
});

const own = { periodMs: 60_000, samplingIntervalMs: 100 };
const ask = () =>
  askOrders(new Client(new URL(server.url), undefined), { group: 'g', instance: 'i', ...own });
const says = (body: unknown, status = 200) => {
  server.replyToAsking = () => ({
    status,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
};

test('what is left out is up to the instance, also where it was told before', async () => {
  says({
    ...{ shouldProfile: true, periodInSeconds: 5 },
    agentParameters: { SamplingIntervalInMilliseconds: '20' },
  });
  expect(await ask()).toEqual({ shouldProfile: true, periodMs: 5000, samplingIntervalMs: 20 });
  says({ shouldProfile: false });
  expect(await ask()).toEqual({ ...own, shouldProfile: false });
});

test.each([
  ['text, as AWS sends it', '20', 20],
  ['a number', 20, 20],
  ['too fine', '0.001', 1],
  ['too coarse', '1e9', 10_000],
  ['nonsense', 'often', 100],
  ['negative', -5, 100],
  ['empty', '', 100],
])('a sampling interval that is %s', async (_, said, expected) => {
  says({ shouldProfile: true, agentParameters: { SamplingIntervalInMilliseconds: said } });
  expect((await ask()).samplingIntervalMs).toBe(expected);
});

test.each([
  ['not JSON', '<html>', 200],
  ['of another shape', '[1]', 200],
  ['null', 'null', 200],
  ['an error', '{"message":"no"}', 500],
  ['an unknown address, but not an unknown group', '{}', 404],
])('an answer that is %s is no order', async (_, body, status) => {
  says(body, status);
  await expect(ask()).rejects.toThrow();
  expect(server.requests).toHaveLength(1);
});
