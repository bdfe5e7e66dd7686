import { Problem } from '@everflame/model';
import type { Logger } from 'pino';

import { createAgentsSeen } from './agents-seen.ts';
import { isLoopback } from './guard.ts';
import { createHttp, listen, stopListening } from './http-server.ts';
import { startDecoder } from './ingest/decoder.ts';
import { Writer } from './ingest/writer.ts';
import { startJobs } from './jobs.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { createMetrics } from './metrics.ts';
import type { Needs } from './needs.ts';
import { createTreeCache } from './query/tree-cache.ts';
import { openCatalog } from './storage/duckdb/open-catalog.ts';
import { openProfileStore } from './storage/duckdb/open-profile-store.ts';
import { defaultRetention, type Retention } from './storage/profile-store.ts';
import { readWebFiles } from './web-files.ts';

export interface ServerConfig {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Data folder; made if there is none. */
  readonly folder: string;
  /** The built page. Without it the API is served alone. */
  readonly webFolder?: string | undefined;
  readonly budgetBytes: number;
  /** Memory ceiling of the database. */
  readonly memoryBytes?: number | undefined;
  readonly retention?: Pick<Retention, 'daysOf'> | undefined;
  readonly limits?: Partial<Limits> | undefined;
  readonly decoderThreads: number;
  /** Program of a decoder thread where the server is bundled: the bundle of ingest/decode-worker.ts. */
  readonly decoderFile?: URL | undefined;
  readonly log: Logger;
  readonly version: string;
  /** The group in which this server profiles itself. */
  readonly selfGroup?: string | undefined;
  readonly now?: (() => number) | undefined;
}

export interface RunningServer {
  readonly url: string;
  readonly port: number;
  /** Stops accepting, finishes what came, writes what waits, closes the store. */
  close(): Promise<void>;
}

type Phase = ReturnType<Needs['phase']>;

/** Opens the store, then the port. Throws Problems: what keeps a server from starting is the user's to mend. */
export async function startServer(config: ServerConfig): Promise<RunningServer> {
  refuseOpenAddress(config.host);
  let phase: Phase = 'starting';
  const opened = await openNeeds(config, () => phase);
  const { needs } = opened;
  const http = createHttp(needs);
  const jobs = startJobs(
    [{ name: 'maintain', everyMs: MAINTAIN_MS, run: () => needs.store.maintain(needs.now()) }],
    needs,
  );
  try {
    const port = await listen(http, config);
    phase = 'ready';
    const host = config.host.includes(':') ? `[${config.host}]` : config.host;
    const url = `http://${host}:${port}`;
    config.log.info({ url, folder: config.folder, version: config.version }, 'listening');
    let closing: Promise<void> | undefined;
    const close = async () => {
      phase = 'stopping';
      await stopListening(http);
      await jobs.close();
      await opened.close();
      config.log.info('stopped');
    };
    return {
      url,
      port,
      close: () => {
        closing ??= close();
        return closing;
      },
    };
  } catch (error) {
    await jobs.close();
    await opened.close();
    throw error;
  }
}

const MAINTAIN_MS = 30_000;
/** A batch of a few hundred profiles commits in well under a second. */
const WRITE_EVERY_MS = 200;
const MEBIBYTE = 2 ** 20;

/** The parts of a server, chosen here and nowhere else. */
async function openNeeds(config: ServerConfig, phase: () => Phase) {
  const { log, version, selfGroup } = config;
  const now = config.now ?? Date.now;
  const limits = { ...defaultLimits, ...config.limits };
  const { budgetBytes } = config;
  const retention = { ...defaultRetention, ...config.retention, budgetBytes };
  const metrics = createMetrics();
  const { store, catalog } = await openStorage(config, { retention, now });
  const trees = createTreeCache({ store, maxBytes: 256 * MEBIBYTE, now });
  const writer = new Writer({
    store,
    everyMs: WRITE_EVERY_MS,
    maxBatch: 256,
    maxWaiting: 2000,
    maxWaitingBytes: 256 * MEBIBYTE,
    onCommitted: ({ size, ms }) => {
      metrics.batchSize.observe(size);
      metrics.commitSeconds.observe(ms / 1000);
    },
  });
  const decoder = startDecoder({
    threads: config.decoderThreads,
    file: config.decoderFile ?? new URL('./ingest/decode-from-source.js', import.meta.url),
    limits,
    maxWaiting: 500,
  });
  const web = config.webFolder === undefined ? undefined : await readWebFiles(config.webFolder);
  if (config.webFolder !== undefined && !web) {
    log.warn({ folder: config.webFolder }, 'the page is not built; serving the API alone');
  }
  const agents = createAgentsSeen();
  const needs: Needs = {
    ...{ store, catalog, decoder, writer, trees, limits, retention, metrics, agents },
    ...{ log, now, version, selfGroup, web, phase },
  };
  const close = async () => {
    await decoder.close();
    await writer.close();
    await catalog.close();
    await store.close();
  };
  return { needs, close };
}

async function openStorage(
  { folder, memoryBytes, log }: ServerConfig,
  { retention, now }: { readonly retention: Retention; readonly now: () => number },
) {
  const memoryLimit =
    memoryBytes === undefined ? undefined : `${Math.ceil(memoryBytes / MEBIBYTE)}MiB`;
  const store = await openProfileStore({ folder, retention, memoryLimit, now, log });
  try {
    return { store, catalog: await openCatalog({ folder, now }) };
  } catch (error) {
    await store.close();
    throw error;
  }
}

function refuseOpenAddress(host: string): void {
  if (isLoopback(host)) return;
  throw new Problem(
    'credentials-required',
    `“${host}” can be reached from other machines, and this version has no login: listen on 127.0.0.1.`,
  );
}
