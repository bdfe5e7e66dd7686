import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createHttp, listen, stopListening } from './http-server.ts';
import type { TreeCache } from './query/tree-cache.ts';
import { createGroup, openUnderTest } from './under-test.ts';

test('what is read for a client that goes away is stopped, and is no failure', async () => {
  let asked: (signal: AbortSignal) => void = () => undefined;
  const asking = new Promise<AbortSignal>((resolve) => {
    asked = resolve;
  });
  const trees: TreeCache = {
    bytes: 0,
    forget: () => undefined,
    tree: (_, signal) =>
      new Promise((_resolve, reject) => {
        if (!signal) throw new Error('A request has a signal.');
        signal.addEventListener('abort', () => reject(signal.reason));
        asked(signal);
      }),
  };
  const server = await openUnderTest({}, { trees });
  const http = createHttp(server.needs);
  const port = await listen(http, { host: '127.0.0.1', port: 0 });
  onTestFinished(async () => {
    await stopListening(http);
    await server.close();
  });
  await createGroup(server.app);
  const socket = connect(port, '127.0.0.1');
  socket.write('GET /api/v1/groups/shop/flame HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
  const signal = await asking;
  expect(signal.aborted).toBe(false);
  socket.destroy();
  await once(signal, 'abort');
  await expect.poll(() => server.log.join(), { timeout: 30_000 }).toContain('"client-gone"');
  expect(server.log.join()).toContain('"status":499');
  expect(server.log.join()).not.toContain('a bug of ours');
});
