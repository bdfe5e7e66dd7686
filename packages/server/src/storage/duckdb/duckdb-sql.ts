import type { DuckDBConnection } from '@duckdb/node-api';
import type { Sql, SqlRow, SqlValue } from '../sql.ts';
import type { Database } from './database.ts';
import { Mutex } from './mutex.ts';

/** The Catalog's view of a DuckDB file. Transactions run one at a time, so none has to be repeated. */
export class DuckdbSql implements Sql {
  readonly #database: Database;
  readonly #turn = new Mutex();

  constructor(database: Database) {
    this.#database = database;
  }

  query(text: string, values: readonly SqlValue[] = []): Promise<readonly SqlRow[]> {
    return this.transaction((sql) => sql.query(text, values));
  }

  transaction<T>(run: (sql: Sql) => Promise<T>): Promise<T> {
    return this.#turn.run(() => this.#database.write((connection) => run(inside(connection))));
  }
}

/** Within a transaction; another one inside joins it. */
function inside(connection: DuckDBConnection): Sql {
  const sql: Sql = {
    query: async (text, values = []) => {
      const result = await connection.runAndReadAll(text, values.map(parameter));
      return result.getRowObjects().map((row) => {
        const entries = Object.entries(row).map(([name, value]) => [name, sqlValue(value)]);
        return Object.fromEntries(entries) as SqlRow;
      });
    },
    transaction: (run) => run(sql),
  };
  return sql;
}

/** Whole numbers go in as BIGINT, for which the catalogue's columns are made. */
const parameter = (value: SqlValue): SqlValue | bigint =>
  typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value;

function sqlValue(value: unknown): SqlValue {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number' || typeof value === 'string' || value === null) return value;
  throw new TypeError(`A column came back as ${typeof value}, not as text or a number.`);
}
