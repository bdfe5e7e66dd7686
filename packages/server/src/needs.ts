import type { Logger } from 'pino';
import type { FleetTurns } from './fleet-turns.ts';
import type { ByteBudget } from './ingest/byte-budget.ts';
import type { Decoder } from './ingest/decoder.ts';
import type { Writer } from './ingest/writer.ts';
import type { Limits } from './limits.ts';
import type { Metrics } from './metrics.ts';
import type { TreeCache } from './query/tree-cache.ts';
import type { Catalog } from './storage/catalog.ts';
import type { ProfileStore, Retention } from './storage/profile-store.ts';
import type { Throttle } from './throttle.ts';
import type { WebFiles } from './web-files.ts';

/** What the front doors are given. start-server.ts passes the real ones. */
export interface Needs {
  readonly store: ProfileStore;
  readonly catalog: Catalog;
  readonly decoder: Decoder;
  readonly writer: Writer;
  readonly uploadsInFlight: ByteBudget;
  readonly trees: TreeCache;
  readonly limits: Limits;
  readonly retention: Retention;
  readonly throttle: Throttle;
  readonly metrics: Metrics;
  readonly turns: FleetTurns;
  readonly log: Logger;
  readonly now: () => number;
  readonly version: string;
  readonly selfGroup?: string | undefined;
  readonly agentFile?: string | undefined;
  readonly web?: WebFiles | undefined;
  readonly phase: () => 'starting' | 'ready' | 'stopping';
}
