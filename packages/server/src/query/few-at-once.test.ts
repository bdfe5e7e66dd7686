import { expect, test } from 'vitest';
import { fewAtOnce } from './few-at-once.ts';

const soon = () => new Promise((wake) => setTimeout(wake, 1));

test('works run in order, never more at once than allowed, and a failure gives its place back', async () => {
  const few = fewAtOnce(2, 100);
  const started: number[] = [];
  let running = 0;
  let most = 0;
  const all = await Promise.allSettled(
    Array.from({ length: 9 }, (_, index) =>
      few(async () => {
        started.push(index);
        most = Math.max(most, ++running);
        await soon();
        running--;
        if (index % 3 === 0) throw new Error('now and then');
        return index;
      }),
    ),
  );
  expect(started).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  expect([most, running]).toEqual([2, 0]);
  expect(all.filter(({ status }) => status === 'rejected')).toHaveLength(3);
  expect(await few(async () => 'again')).toBe('again');
});

test('more than may wait are refused', async () => {
  const few = fewAtOnce(1, 1);
  const first = few(soon);
  const second = few(soon);
  await expect(few(soon)).rejects.toMatchObject({ code: 'overloaded' });
  await Promise.all([first, second]);
});
