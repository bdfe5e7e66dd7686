import { createSelfKey } from './auth/self-key.ts';
import { FleetTurns } from './fleet-turns.ts';
import { isLoopback } from './guard.ts';
import { ByteBudget } from './ingest/byte-budget.ts';
import { Decoder } from './ingest/decoder.ts';
import { OwnLabels } from './ingest/own-labels.ts';
import { Writer } from './ingest/writer.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { createMetrics } from './metrics.ts';
import type { Needs } from './needs.ts';
import { createFrameSeriesCache } from './query/frame-series-cache.ts';
import { createTreeCache } from './query/tree-cache.ts';
import type { ServerConfig } from './server-config.ts';
import { openCatalog } from './storage/duckdb/open-catalog.ts';
import { openProfileStore } from './storage/duckdb/open-profile-store.ts';
import { defaultRetention, type Retention } from './storage/profile-store.ts';
import { defaultQuotas, Throttle } from './throttle.ts';
import { readWebFiles } from './web-files.ts';

/** A batch of a few hundred profiles commits in well under a second. */
const WRITE_EVERY_MS = 200;
const MEBIBYTE = 2 ** 20;

/** The parts of a server, chosen here and nowhere else. */
export async function openNeeds(config: ServerConfig, phase: Needs['phase']) {
  const { log, version, selfGroup, agentFile } = config;
  const now = config.now ?? Date.now;
  const limits = { ...defaultLimits, ...config.limits };
  const { budgetBytes } = config;
  const retention = { ...defaultRetention, ...config.retention, budgetBytes };
  const metrics = createMetrics();
  const { store, catalog } = await openStorage(config, { retention, now });
  const throttle = new Throttle(
    { ...defaultQuotas, ...config.quotas },
    (id) => !!catalog.keys.find(id),
  );
  const trees = createTreeCache({ store, maxBytes: 256 * MEBIBYTE, now });
  const frames = createFrameSeriesCache({ store, maxBytes: 64 * MEBIBYTE, now });
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
  const decoder = new Decoder({
    threads: config.decoderThreads,
    file: config.decoderFile ?? new URL('./ingest/decode-from-source.js', import.meta.url),
    limits,
    maxWaiting: 500,
  });
  const web = config.webFolder === undefined ? undefined : await readWebFiles(config.webFolder);
  if (config.webFolder !== undefined && !web) {
    log.warn({ folder: config.webFolder }, 'the page is not built; serving the API alone');
  }
  const turns = new FleetTurns(catalog.fleet);
  const needs: Needs = {
    store,
    catalog,
    decoder,
    writer,
    ownLabels: new OwnLabels(),
    ...bodyBudgets(limits),
    trees,
    frames,
    limits,
    retention,
    throttle,
    metrics,
    turns,
    log,
    now,
    version,
    selfGroup,
    selfKey: selfGroup === undefined ? undefined : createSelfKey(selfGroup, now()),
    isExposed: !isLoopback(config.host),
    agentFile,
    web,
    phase,
  };
  const close = async () => {
    await decoder.close();
    await writer.close();
    await catalog.close();
    await store.close();
  };
  return { needs, close };
}

const bodyBudgets = ({ bodyBytes }: Limits) => ({
  uploadsInFlight: new ByteBudget(Math.max(bodyBytes, 256 * MEBIBYTE)),
  unverifiedInFlight: new ByteBudget(Math.max(bodyBytes, 128 * MEBIBYTE)),
});

async function openStorage(
  { folder, memoryBytes, maxGroups, log }: ServerConfig,
  { retention, now }: { readonly retention: Retention; readonly now: () => number },
) {
  const memoryLimit =
    memoryBytes === undefined ? undefined : `${Math.ceil(memoryBytes / MEBIBYTE)}MiB`;
  const store = await openProfileStore({ folder, retention, memoryLimit, now, log });
  try {
    return { store, catalog: await openCatalog({ folder, now, maxGroups }) };
  } catch (error) {
    await store.close();
    throw error;
  }
}
