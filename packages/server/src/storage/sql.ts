/** Values of the common subset: text, numbers (BIGINT as number, below 2^53), and NULL. */
export type SqlValue = string | number | null;
export type SqlRow = Readonly<Record<string, SqlValue>>;

/**
 * What the Catalog needs of a database, in the subset that DuckDB and PostgreSQL share:
 * `$1` parameters, ON CONFLICT … DO UPDATE, RETURNING, epoch milliseconds in BIGINT, JSON in TEXT.
 */
export interface Sql {
  query(text: string, values?: readonly SqlValue[]): Promise<readonly SqlRow[]>;
  /** Statements inside run one after another and commit together, or not at all. */
  transaction<T>(run: (sql: Sql) => Promise<T>): Promise<T>;
}
