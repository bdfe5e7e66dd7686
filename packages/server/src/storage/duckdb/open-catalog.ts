import type { Catalog } from '../catalog.ts';
import { catalogMigrations } from '../catalog-schema.ts';
import { migrate } from '../migrate.ts';
import { Seal } from '../seal.ts';
import { SqlCatalog } from '../sql-catalog.ts';
import { SqlKeys } from '../sql-keys.ts';
import { Database } from './database.ts';
import { DuckdbSql } from './duckdb-sql.ts';

/** Throws as `openProfileStore` does. */
export async function openCatalog(options: {
  readonly folder: string;
  readonly now: () => number;
  /** More are refused. Default 100,000. */
  readonly maxGroups?: number | undefined;
  /** Gives up all access keys first, also those whose secrets cannot be read any more. */
  readonly forgetKeys?: boolean | undefined;
}): Promise<Catalog> {
  const { folder, now, maxGroups = 100_000 } = options;
  const database = await Database.open({
    folder,
    file: 'catalog.duckdb',
    memoryLimit: '128MB',
    threads: 1,
  });
  try {
    const sql = new DuckdbSql(database);
    await migrate(sql, catalogMigrations);
    const seal = new Seal(folder);
    if (options.forgetKeys) {
      await sql.query('DELETE FROM access_keys');
      await seal.forget();
    }
    const keys = await SqlKeys.open({ sql, now, seal });
    return new SqlCatalog({ sql, now, maxGroups, keys, close: () => database.close() });
  } catch (cause) {
    await database.close();
    throw cause;
  }
}
