import { EventEmitter, once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openKeys } from './open-keys.ts';
import type { ServerConfig } from './server-config.ts';
import { type RunningServer, startServer } from './start-server.ts';
import { configIn, foldedText } from './under-test.ts';

let folder: string;
const running: RunningServer[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'everflame-start-'));
});
afterEach(async () => {
  for (const server of running.splice(0)) await server.close();
  await rm(folder, { recursive: true, force: true });
});

async function start(overrides: Partial<ServerConfig> = {}): Promise<RunningServer> {
  const server = await startServer({ ...configIn(folder), ...overrides });
  running.push(server);
  await fetch(`${server.url}/api/v1/groups`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"name":"shop"}',
  });
  return server;
}

const profiles = (server: RunningServer, query = '') =>
  `${server.url}/api/v1/groups/shop/profiles?${query}`;
const view = 'measure=samples&from=-1h&to=now';

async function totalOf(server: RunningServer): Promise<number> {
  const response = await fetch(`${server.url}/api/v1/groups/shop/hotspots?${view}`);
  return ((await response.json()) as { total: number }).total;
}

async function dial({ port }: RunningServer): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

/** All that comes until the other side closes, or until `end` is seen. */
async function received(socket: Socket, end?: string): Promise<string> {
  let text = '';
  for await (const chunk of socket) {
    text += String(chunk);
    if (end !== undefined && text.includes(end)) break;
  }
  return text;
}

const head = (length: number | undefined, more = '') =>
  `POST /api/v1/groups/shop/profiles HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\n${
    length === undefined ? 'Transfer-Encoding: chunked' : `Content-Length: ${length}`
  }\r\n${more}\r\n`;

test('a port of the system’s choice is taken and told', async () => {
  const server = await start();
  expect(server.port).toBeGreaterThan(0);
  expect(server.url).toBe(`http://127.0.0.1:${server.port}`);
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
});

test.each(['0.0.0.0', '::', '192.168.1.1', 'example.com'])(
  'without credentials it does not listen on %s',
  async (host) => {
    await expect(startServer({ ...configIn(folder), host })).rejects.toMatchObject({
      code: 'credentials-required',
    });
  },
);

test('with an administrator’s key it would, and warns', async () => {
  const keys = await openKeys(folder);
  await keys.add({ name: 'root', role: 'admin' });
  await keys.close();
  const log: string[] = [];
  // An address for documents: nobody has it, so listening comes to nothing.
  const started = startServer({ ...configIn(folder, log), host: '192.0.2.1' });
  await expect(started).rejects.toMatchObject({ code: 'address-in-use' });
  expect(log.some((line) => line.includes('put TLS in front'))).toBe(true);
});

test('a port that is taken is a problem, and nothing is made in the folder', async () => {
  const server = await start();
  const other = await mkdtemp(join(tmpdir(), 'everflame-other-'));
  await expect(startServer({ ...configIn(other), port: server.port })).rejects.toMatchObject({
    code: 'address-in-use',
  });
  expect(await readdir(other)).toEqual([]);
  const again = await startServer(configIn(other));
  await again.close();
  await rm(other, { recursive: true, force: true });
});

test('what was acknowledged is there after a restart', async () => {
  const first = await start();
  expect(
    (await fetch(profiles(first, 'token=a'), { method: 'POST', body: foldedText })).status,
  ).toBe(201);
  await first.close();
  const second = await start();
  expect(await totalOf(second)).toBe(100);
  const again = await fetch(profiles(second, 'token=a'), { method: 'POST', body: foldedText });
  expect(await again.json()).toMatchObject({ result: 'duplicate' });
  expect(await totalOf(second)).toBe(100);
});

test('stopping finishes uploads that have begun, and closes twice as well as once', async () => {
  const server = await start();
  const uploads = Array.from({ length: 5 }, () =>
    fetch(profiles(server), { method: 'POST', body: foldedText }),
  );
  await new Promise((wake) => setTimeout(wake, 60));
  await Promise.all([server.close(), server.close()]);
  const answers = await Promise.allSettled(uploads);
  const stored = answers.filter((one) => one.status === 'fulfilled' && one.value.status === 201);
  const next = await start();
  expect(await totalOf(next)).toBe(100 * stored.length);
});

test('a body past the limit is refused while it is sent, whether it says its length or not', async () => {
  const server = await start({ limits: { bodyBytes: 10_000 } });
  const stated = await dial(server);
  stated.write(head(20_000));
  expect(await received(stated, '"requestId"')).toMatch(/^HTTP\/1\.1 413 [\s\S]*body-too-large/);
  stated.destroy();
  const chunked = await dial(server);
  chunked.write(head(undefined));
  chunked.write(`${(12_000).toString(16)}\r\n${'a'.repeat(12_000)}\r\n`);
  expect(await received(chunked, '"requestId"')).toMatch(/^HTTP\/1\.1 413 [\s\S]*body-too-large/);
  chunked.destroy();
});

test('a body that does not come is given up', async () => {
  const server = await start({ limits: { uploadMs: 200 } });
  const socket = await dial(server);
  socket.write(`${head(1000)}main;`);
  expect(await received(socket, '"requestId"')).toMatch(/^HTTP\/1\.1 408 [\s\S]*upload-too-slow/);
  socket.destroy();
});

/** A log whose lines can be waited for. */
function listenedTo() {
  const lines: string[] = [];
  const news = new EventEmitter();
  const write = (line: string) => {
    lines.push(line);
    news.emit('line');
  };
  return {
    log: pino({ level: 'info' }, { write }),
    async linesWith(text: string, count: number): Promise<readonly string[]> {
      for (;;) {
        const found = lines.filter((line) => line.includes(text));
        if (found.length >= count) return found;
        await once(news, 'line');
      }
    },
  };
}

test.each([
  ['of a stated length', 1000, 'main;a 1\n'],
  ['in chunks', undefined, '9\r\nmain;a 1\n\r\n'],
])(
  'a client that goes away in the middle of a body %s leaves nothing behind',
  async (_, length, part) => {
    const { log, linesWith } = listenedTo();
    const server = await start({ log });
    // Some go before the server has looked at their body, some after it asked for it.
    const early = 10;
    for (let left = early; left > 0; left--) {
      const socket = await dial(server);
      socket.end(head(length) + part);
    }
    const late = await dial(server);
    late.write(head(length, 'Expect: 100-continue\r\n'));
    await once(late, 'data');
    late.end(part);
    const refused = await linesWith('"route":"/api/v1/groups/{group}/profiles"', early + 1);
    expect(refused.filter((line) => !line.includes('"status":400'))).toEqual([]);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toMatch(/uploads_total\{format="unknown",result="upload-interrupted"\} 11/);
    expect(metrics).not.toMatch(/result="stored"/);
    expect(await totalOf(server)).toBe(0);
  },
);

test('a raw path reaches its door as it was sent', async () => {
  const server = await start();
  const socket = await dial(server);
  socket.write(
    'GET /profilingGroups/a%2Fb HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
  );
  expect(await received(socket)).toContain('ValidationException');
});

test.each([
  [
    'a foreign host',
    'GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n',
    'HTTP/1.1 403',
  ],
  ['no host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 'HTTP/1.1 400'],
  ['no HTTP', 'hello\r\n\r\n', 'HTTP/1.1 400'],
  [
    'an endless header',
    `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`,
    'HTTP/1.1 431',
  ],
])('%s gets an answer, and the server lives on', async (_, request, status) => {
  const server = await start();
  const socket = await dial(server);
  socket.on('error', () => undefined);
  socket.write(request);
  expect(await received(socket)).toContain(status);
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
});
