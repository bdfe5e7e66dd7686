import type { Catalog } from '../catalog.ts';
import { catalogMigrations } from '../catalog-schema.ts';
import { migrate } from '../migrate.ts';
import { SqlCatalog } from '../sql-catalog.ts';
import { Database } from './database.ts';
import { DuckdbSql } from './duckdb-sql.ts';

/** Throws as `openProfileStore` does. */
export async function openCatalog(options: {
  readonly folder: string;
  readonly now: () => number;
  /** More are refused. Default 100,000. */
  readonly maxGroups?: number | undefined;
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
    return new SqlCatalog({ sql, now, maxGroups, close: () => database.close() });
  } catch (cause) {
    await database.close();
    throw cause;
  }
}
