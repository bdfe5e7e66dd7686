import type { Logger } from 'pino';
import type { Limits } from './limits.ts';
import type { Retention } from './storage/profile-store.ts';
import type { Quotas } from './throttle.ts';

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
  /** What one caller may ask for; generous where it is left out. */
  readonly quotas?: Partial<Quotas> | undefined;
  /** More are refused. Default 100,000. */
  readonly maxGroups?: number | undefined;
  readonly decoderThreads: number;
  /** Program of a decoder thread where the server is bundled: the bundle of ingest/decode-worker.ts. */
  readonly decoderFile?: URL | undefined;
  readonly log: Logger;
  readonly version: string;
  /** The group in which this server profiles itself. */
  readonly selfGroup?: string | undefined;
  /** The built agent's start.js, if it lies on this machine: what a newcomer is told to import. */
  readonly agentFile?: string | undefined;
  readonly now?: (() => number) | undefined;
}
