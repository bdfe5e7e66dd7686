import type { Logger } from 'pino';
import type { FleetTurns } from './fleet-turns.ts';
import type { ByteBudget } from './ingest/byte-budget.ts';
import type { Decoder } from './ingest/decoder.ts';
import type { OwnLabels } from './ingest/own-labels.ts';
import type { Writer } from './ingest/writer.ts';
import type { Limits } from './limits.ts';
import type { Metrics } from './metrics.ts';
import type { FrameSeriesCache } from './query/frame-series-cache.ts';
import type { TreeCache } from './query/tree-cache.ts';
import type { Catalog } from './storage/catalog.ts';
import type { KeyWithSecret } from './storage/keys.ts';
import type { ProfileStore, Retention } from './storage/profile-store.ts';
import type { Throttle } from './throttle.ts';
import type { WebFiles } from './web-files.ts';

/** What the front doors are given. start-server.ts passes the real ones. */
export interface Needs {
  readonly store: ProfileStore;
  readonly catalog: Catalog;
  readonly decoder: Decoder;
  readonly writer: Writer;
  readonly ownLabels: OwnLabels;
  readonly uploadsInFlight: ByteBudget;
  /** Of bodies that must be read before it is known who sends them: these alone are held up by strangers. */
  readonly unverifiedInFlight: ByteBudget;
  readonly trees: TreeCache;
  readonly frames: FrameSeriesCache;
  readonly limits: Limits;
  readonly retention: Retention;
  readonly throttle: Throttle;
  readonly metrics: Metrics;
  readonly turns: FleetTurns;
  readonly log: Logger;
  readonly now: () => number;
  readonly version: string;
  readonly selfGroup?: string | undefined;
  /** Of the agent that profiles this server, made anew with every start and kept nowhere. */
  readonly selfKey?: KeyWithSecret | undefined;
  /** Other machines can reach it: then nobody is let in without a key. */
  readonly isExposed: boolean;
  readonly agentFile?: string | undefined;
  readonly web?: WebFiles | undefined;
  readonly phase: () => 'starting' | 'ready' | 'stopping';
}
