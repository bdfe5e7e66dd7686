import { Problem } from '@everflame/model';
import { hasAdmin } from './auth/add-key.ts';
import { createClockWatch } from './clock-watch.ts';
import { createHttp, listen, refuseTakenPort, stopListening } from './http-server.ts';
import { startJobs } from './jobs.ts';
import type { Needs } from './needs.ts';
import { openNeeds } from './open-needs.ts';
import type { ServerConfig } from './server-config.ts';

export interface RunningServer {
  readonly url: string;
  readonly port: number;
  /** Lets the agent that profiles this server report into its group. */
  readonly selfToken?: string | undefined;
  /** Stops accepting, finishes what came, writes what waits, closes the store. */
  close(): Promise<void>;
}

type Phase = ReturnType<Needs['phase']>;

const MAINTAIN_MS = 30_000;
const HOUR_MS = 3_600_000;
const AGENTS_KEPT_MS = 30 * 24 * HOUR_MS;
/** As long as the service that ours stands for shows its reports. */
const FINDINGS_KEPT_MS = 30 * 24 * HOUR_MS;

/** Opens the store, then the port. Throws Problems: what keeps a server from starting is the user's to mend. */
export async function startServer(config: ServerConfig): Promise<RunningServer> {
  await refuseTakenPort(config);
  let phase: Phase = 'starting';
  const { needs, close: closeNeeds } = await openNeeds(config, () => phase);
  const { store, catalog, now, log } = needs;
  await refuseOpenAddress(config, needs).catch(async (error: unknown) => {
    await closeNeeds();
    throw error;
  });
  const http = createHttp(needs);
  const clock = createClockWatch(now);
  const maintain = async () => {
    if (clock.isCredible()) return store.maintain(now());
    log.warn(
      'the clock jumped by more than a day; nothing is thrown away until it has held an hour',
    );
  };
  const forget = async () => {
    if (!clock.isCredible()) return;
    await catalog.fleet.forgetBefore(now() - AGENTS_KEPT_MS);
    await catalog.findings.forgetBefore(now() - FINDINGS_KEPT_MS);
  };
  const jobs = startJobs(
    [
      { name: 'maintain', everyMs: MAINTAIN_MS, run: maintain },
      { name: 'forget', everyMs: HOUR_MS, run: forget },
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
    selfToken: needs.selfKey?.secret,
    close: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}

async function refuseOpenAddress({ host, folder }: ServerConfig, needs: Needs): Promise<void> {
  if (!needs.isExposed) return;
  if (!(await hasAdmin(needs.catalog.keys))) {
    throw new Problem(
      'credentials-required',
      `“${host}” can be reached from other machines, and there is no administrator’s access key yet. Make one: everflame key add NAME --role admin --data ${folder}`,
    );
  }
  needs.log.warn(
    { host },
    'other machines can reach this server; profiles and keys go over the wire as they are, so put TLS in front of it',
  );
}
