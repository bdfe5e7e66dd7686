import { pino } from 'pino';
import { expect, test } from 'vitest';
import { startJobs } from './jobs.ts';
import { createMetrics } from './metrics.ts';

const quiet = () => ({ log: pino({ level: 'silent' }), metrics: createMetrics() });

test('a job runs again and again, never twice at once, and a failure does not end it', async () => {
  let running = 0;
  let most = 0;
  let runs = 0;
  const jobs = startJobs(
    [
      {
        name: 'slow',
        everyMs: 1,
        run: async () => {
          most = Math.max(most, ++running);
          await new Promise((wake) => setTimeout(wake, 5));
          running--;
          if (++runs % 2 === 0) throw new Error('now and then');
        },
      },
    ],
    quiet(),
  );
  while (runs < 5) await new Promise((wake) => setTimeout(wake, 1));
  await jobs.close();
  expect([most, running]).toEqual([1, 0]);
  const after = runs;
  await new Promise((wake) => setTimeout(wake, 20));
  expect(runs).toBe(after);
});
