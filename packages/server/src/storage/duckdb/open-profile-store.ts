import { availableParallelism } from 'node:os';
import type { Log } from '../log.ts';
import { migrate } from '../migrate.ts';
import { defaultRetention, type ProfileStore, type Retention } from '../profile-store.ts';
import { Database } from './database.ts';
import { Dictionaries } from './dictionaries.ts';
import { DuckdbProfileStore } from './duckdb-profile-store.ts';
import { DuckdbSql } from './duckdb-sql.ts';
import { profileMigrations } from './profile-schema.ts';
import { UploadTokens } from './upload-tokens.ts';

export interface ProfileStoreOptions {
  /** Made if it is not there. */
  readonly folder: string;
  readonly retention?: Retention | undefined;
  /** What the engine may hold in memory, as DuckDB writes it. Past it, it works on disk. */
  readonly memoryLimit?: string | undefined;
  readonly now: () => number;
  readonly log?: Log | undefined;
}

const defaultMemoryLimit = '1GB';
/** Of the engine. Beyond a few, the trees of a group gain nothing and the profiled machine loses. */
const mostThreads = 4;
/** Of node dictionaries, beside the engine's memory. */
const dictionaryBytes = 256 * 2 ** 20;
const silent: Log = { info: () => undefined, warn: () => undefined };

/** Throws Problem: folder-in-use, folder-not-writable, folder-corrupt, newer-schema. */
export async function openProfileStore(options: ProfileStoreOptions): Promise<ProfileStore> {
  const { folder, retention = defaultRetention, now, log = silent } = options;
  const memoryLimit = options.memoryLimit ?? defaultMemoryLimit;
  const database = await Database.open({
    folder,
    file: 'profiles.duckdb',
    memoryLimit,
    threads: Math.min(mostThreads, availableParallelism()),
  });
  try {
    await migrate(new DuckdbSql(database), profileMigrations);
    const dictionaries = new Dictionaries(database, dictionaryBytes);
    const tokens = await database.read((connection) => UploadTokens.load(connection));
    return new DuckdbProfileStore({ database, dictionaries, tokens, retention, now, log });
  } catch (cause) {
    await database.close();
    throw cause;
  }
}
