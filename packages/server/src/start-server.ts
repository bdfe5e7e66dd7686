import { Problem } from '@everflame/model';
import { createClockWatch } from './clock-watch.ts';
import { isLoopback } from './guard.ts';
import { createHttp, listen, refuseTakenPort, stopListening } from './http-server.ts';
import { startJobs } from './jobs.ts';
import type { Needs } from './needs.ts';
import { openNeeds } from './open-needs.ts';
import type { ServerConfig } from './server-config.ts';

export interface RunningServer {
  readonly url: string;
  readonly port: number;
  /** Stops accepting, finishes what came, writes what waits, closes the store. */
  close(): Promise<void>;
}

type Phase = ReturnType<Needs['phase']>;

const MAINTAIN_MS = 30_000;
const HOUR_MS = 3_600_000;
const AGENTS_KEPT_MS = 30 * 24 * HOUR_MS;

/** Opens the store, then the port. Throws Problems: what keeps a server from starting is the user's to mend. */
export async function startServer(config: ServerConfig): Promise<RunningServer> {
  refuseOpenAddress(config.host);
  await refuseTakenPort(config);
  let phase: Phase = 'starting';
  const { needs, close: closeNeeds } = await openNeeds(config, () => phase);
  const { store, catalog, now, log } = needs;
  const http = createHttp(needs);
  const clock = createClockWatch(now);
  const maintain = async () => {
    if (clock.isCredible()) return store.maintain(now());
    log.warn(
      'the clock jumped by more than a day; nothing is thrown away until it has held an hour',
    );
  };
  const forgetAgents = async () => {
    if (clock.isCredible()) await catalog.fleet.forgetBefore(now() - AGENTS_KEPT_MS);
  };
  const jobs = startJobs(
    [
      { name: 'maintain', everyMs: MAINTAIN_MS, run: maintain },
      { name: 'forget agents', everyMs: HOUR_MS, run: forgetAgents },
    ],
    needs,
  );
  const end = async () => {
    await jobs.close();
    await closeNeeds();
  };
  const port = await listen(http, config).catch(async (error: unknown) => {
    await end();
    throw error;
  });
  phase = 'ready';
  const url = `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`;
  log.info({ url, folder: config.folder, version: config.version }, 'listening');

  const stop = async () => {
    phase = 'stopping';
    await stopListening(http);
    await end();
    log.info('stopped');
  };
  let stopping: Promise<void> | undefined;
  return {
    url,
    port,
    close: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}

function refuseOpenAddress(host: string): void {
  if (isLoopback(host)) return;
  throw new Problem(
    'credentials-required',
    `“${host}” can be reached from other machines, and this version has no login: listen on 127.0.0.1.`,
  );
}
