import { Problem } from '@everflame/model';
import { expect, test } from 'vitest';
import type { Appended, Upload } from '../storage/profile-store.ts';
import { Writer } from './writer.ts';

const upload = (group: number): Upload => ({ group }) as Upload;

/** A store whose commits end when the test says so. */
function slowStore() {
  const batches: number[][] = [];
  const ends: ((outcome: Error | undefined) => void)[] = [];
  return {
    batches,
    end: (error?: Error) => ends.shift()?.(error),
    append: (uploads: readonly Upload[]) =>
      new Promise<Appended[]>((resolve, reject) => {
        batches.push(uploads.map(({ group }) => group));
        ends.push((error) => (error ? reject(error) : resolve(uploads.map(() => 'stored'))));
      }),
  };
}

const limits = { everyMs: 1, maxBatch: 3, maxWaiting: 5, maxWaitingBytes: 1000 };

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((wake) => setTimeout(wake, 1));
}

test('an upload is acknowledged when its batch has committed, and not before', async () => {
  const store = slowStore();
  const writer = new Writer({ ...limits, store });
  let acknowledged = false;
  const appended = writer.append(upload(1), 1).then((result) => {
    acknowledged = true;
    return result;
  });
  await until(() => store.batches.length === 1);
  await new Promise((wake) => setTimeout(wake, 10));
  expect(acknowledged).toBe(false);
  store.end();
  expect(await appended).toBe('stored');
  expect(writer.waiting).toBe(0);
});

test('what arrives during a commit goes out with the next one', async () => {
  const store = slowStore();
  const writer = new Writer({ ...limits, store });
  const all = [writer.append(upload(1), 1)];
  await until(() => store.batches.length === 1);
  all.push(writer.append(upload(2), 1), writer.append(upload(3), 1));
  store.end();
  await until(() => store.batches.length === 2);
  store.end();
  await Promise.all(all);
  expect(store.batches).toEqual([[1], [2, 3]]);
});

test('an upload that arrives the moment a commit is answered is not forgotten', async () => {
  const store = slowStore();
  const writer = new Writer({ ...limits, store });
  const chained = writer.append(upload(1), 1).then(() => writer.append(upload(2), 1));
  await until(() => store.batches.length === 1);
  store.end();
  await until(() => store.batches.length === 2);
  store.end();
  expect(await chained).toBe('stored');
});

test('batches are bounded, and so is what waits', async () => {
  const store = slowStore();
  const writer = new Writer({ ...limits, store });
  const all = [1, 2, 3, 4, 5].map((group) => writer.append(upload(group), 1));
  await expect(writer.append(upload(6), 1)).rejects.toMatchObject({ code: 'overloaded' });
  await until(() => store.batches.length === 1);
  store.end();
  await until(() => store.batches.length === 2);
  store.end();
  await Promise.all(all);
  expect(store.batches).toEqual([
    [1, 2, 3],
    [4, 5],
  ]);
});

test('bytes are bounded as well, but one large profile alone is taken', async () => {
  const store = slowStore();
  const writer = new Writer({ ...limits, store });
  const large = writer.append(upload(1), 5000);
  await expect(writer.append(upload(2), 1)).rejects.toMatchObject({ code: 'overloaded' });
  await until(() => store.batches.length === 1);
  store.end();
  expect(await large).toBe('stored');
});

test('a failed commit fails its uploads and nobody else', async () => {
  const store = slowStore();
  const writer = new Writer({ ...limits, store });
  const first = writer.append(upload(1), 1);
  await until(() => store.batches.length === 1);
  store.end(new Error('disk'));
  await expect(first).rejects.toThrow('disk');
  expect(writer.isHealthy).toBe(false);
  const second = writer.append(upload(2), 1);
  await until(() => store.batches.length === 2);
  store.end();
  expect(await second).toBe('stored');
  expect(writer.isHealthy).toBe(true);
});

test('a bug that one upload of a batch brings out fails that one alone', async () => {
  const store = {
    append: async (uploads: readonly Upload[]): Promise<Appended[]> => {
      if (uploads.some(({ group }) => group === 2)) throw new Error('a bug');
      return uploads.map(() => 'stored');
    },
  };
  const writer = new Writer({ ...limits, store });
  const all = await Promise.allSettled([1, 2, 3].map((group) => writer.append(upload(group), 1)));
  expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(writer.waiting).toBe(0);
});

test('a full disk fails the batch, and is not asked again for each', async () => {
  let asked = 0;
  const store = {
    append: () => {
      asked++;
      return Promise.reject(new Problem('storage-full'));
    },
  };
  const writer = new Writer({ ...limits, store });
  const all = await Promise.allSettled([1, 2].map((group) => writer.append(upload(group), 1)));
  expect(all.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(asked).toBe(1);
});

test('closing writes what waits and takes no more', async () => {
  const store = slowStore();
  const writer = new Writer({ ...limits, everyMs: 60_000, store });
  const waiting = writer.append(upload(1), 1);
  const closed = writer.close();
  await expect(writer.append(upload(2), 1)).rejects.toMatchObject({ code: 'stopping' });
  await until(() => store.batches.length === 1);
  store.end();
  await closed;
  expect(await waiting).toBe('stored');
});

test('nothing of a group that was deleted is handed to the store, nor lost of others', async () => {
  const store = slowStore();
  const writer = new Writer({ ...limits, store });
  const first = writer.append(upload(1), 1);
  await until(() => store.batches.length === 1);
  const waiting = [writer.append(upload(2), 1), writer.append(upload(3), 1)];
  writer.endGroup(2);
  const all = Promise.allSettled([first, ...waiting, writer.append(upload(2), 1)]);
  store.end();
  await until(() => store.batches.length === 2);
  store.end();
  const outcomes = await all;
  expect(outcomes.map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'rejected',
  ]);
  expect(outcomes[1]).toMatchObject({ reason: { code: 'unknown-group' } });
  expect(store.batches).toEqual([[1], [3]]);
  expect(writer.waiting).toBe(0);
});
