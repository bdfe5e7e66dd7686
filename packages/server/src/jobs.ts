import type { Logger } from 'pino';
import type { Metrics } from './metrics.ts';

/** Work that is done again and again while the server runs. */
export interface Job {
  readonly name: string;
  readonly everyMs: number;
  readonly run: () => Promise<void>;
}

export interface Jobs {
  /** Waits for those that run. */
  close(): Promise<void>;
}

/** Never two runs of a job at once: the next is planned when one has ended. A failure is logged, and tried again. */
export function startJobs(
  jobs: readonly Job[],
  { log, metrics }: { readonly log: Logger; readonly metrics: Metrics },
): Jobs {
  const timers = new Map<Job, NodeJS.Timeout>();
  const running = new Set<Promise<void>>();
  let isClosed = false;

  const plan = (job: Job) => {
    if (isClosed) return;
    timers.set(job, setTimeout(() => void start(job), job.everyMs).unref());
  };
  const start = async (job: Job) => {
    const run = job.run().catch((error: unknown) => {
      metrics.jobFailures.inc({ job: job.name });
      log.error({ err: error, job: job.name }, 'a background job failed');
    });
    running.add(run);
    await run;
    running.delete(run);
    plan(job);
  };

  for (const job of jobs) plan(job);
  return {
    async close() {
      isClosed = true;
      for (const timer of timers.values()) clearTimeout(timer);
      await Promise.all(running);
    },
  };
}
