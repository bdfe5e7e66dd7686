import { expect, test } from 'vitest';
import { ByteBudget } from './byte-budget.ts';
import { readBody as read } from './read-body.ts';

const limits = { bodyBytes: 10, uploadMs: 5000 };

const readBody = (request: Request, ...rest: readonly [typeof limits, ByteBudget?]) =>
  read({ request, isWhole: () => true }, ...rest);

const streamed = (start: (controller: ReadableStreamDefaultController<Uint8Array>) => void) =>
  new Request('http://localhost/', {
    method: 'POST',
    body: new ReadableStream({ start }),
    duplex: 'half',
  } as RequestInit);

test('a body comes as it was sent, in however many pieces', async () => {
  const request = streamed((controller) => {
    for (const piece of [[1, 2], [], [3]]) controller.enqueue(Uint8Array.from(piece));
    controller.close();
  });
  expect([...(await readBody(request, limits))]).toEqual([1, 2, 3]);
  const none = new Request('http://localhost/', { method: 'POST' });
  expect((await readBody(none, limits)).length).toBe(0);
});

test('a body past the limit is not read to its end', async () => {
  let cancelled = false;
  const request = new Request('http://localhost/', {
    method: 'POST',
    duplex: 'half',
    body: new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(4)),
      cancel: () => {
        cancelled = true;
      },
    }),
  } as RequestInit);
  await expect(readBody(request, limits)).rejects.toMatchObject({ code: 'body-too-large' });
  expect(cancelled).toBe(true);
});

test('a body that says it is too large is not read at all', async () => {
  const request = new Request('http://localhost/', {
    method: 'POST',
    body: 'short',
    headers: { 'content-length': '11' },
  });
  await expect(readBody(request, limits)).rejects.toMatchObject({ code: 'body-too-large' });
});

test('a body that does not come, or breaks off, is a problem', async () => {
  const silent = streamed((controller) => controller.enqueue(Uint8Array.of(1)));
  await expect(readBody(silent, { ...limits, uploadMs: 20 })).rejects.toMatchObject({
    code: 'upload-too-slow',
  });
  const broken = streamed((controller) => controller.error(new Error('reset')));
  await expect(readBody(broken, limits)).rejects.toMatchObject({ code: 'upload-interrupted' });
});

test('a body that is shorter than it said, or whose end never came, is a problem', async () => {
  const request = (headers: Record<string, string>) =>
    new Request('http://localhost/', { method: 'POST', body: 'main;a 1', headers });
  const cutShort = { code: 'upload-interrupted' };
  await expect(readBody(request({ 'content-length': '9' }), limits)).rejects.toMatchObject(
    cutShort,
  );
  expect((await readBody(request({ 'content-length': '8' }), limits)).length).toBe(8);
  const budget = new ByteBudget(10);
  const chunked = { request: request({}), isWhole: () => false };
  await expect(read(chunked, limits, budget)).rejects.toMatchObject(cutShort);
  expect(budget.taken).toBe(0);
});

test('a body never shares memory with anything else, for it is moved to another thread', async () => {
  const pool = new Uint8Array(100).fill(7);
  const request = streamed((controller) => {
    controller.enqueue(pool.subarray(10, 15));
    controller.close();
  });
  const body = await readBody(request, limits);
  expect(body.buffer.byteLength).toBe(5);
});

test('all bodies together take no more than their budget, and give back what they took', async () => {
  const budget = new ByteBudget(12);
  const request = (length: number) =>
    new Request('http://localhost/', { method: 'POST', body: new Uint8Array(length) });
  const first = await readBody(request(8), limits, budget);
  expect(budget.taken).toBe(8);
  await expect(readBody(request(5), limits, budget)).rejects.toMatchObject({ code: 'overloaded' });
  expect(budget.taken).toBe(8);
  budget.give(first.length);
  await readBody(request(5), limits, budget);
  await expect(readBody(request(11), limits, budget)).rejects.toMatchObject({
    code: 'body-too-large',
  });
  expect(budget.taken).toBe(5);
});
