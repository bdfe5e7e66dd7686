import {
  BIGINT,
  DOUBLE,
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBType,
  type DuckDBVector,
  INTEGER,
  TINYINT,
  UBIGINT,
} from '@duckdb/node-api';

/** A column without NULLs, whole. */
export type Values = Int8Array | Int32Array | BigInt64Array | BigUint64Array | Float64Array;

const rowsPerChunk = 2048;

function typeOf(values: Values): DuckDBType {
  if (values instanceof Int8Array) return TINYINT;
  if (values instanceof Int32Array) return INTEGER;
  if (values instanceof BigInt64Array) return BIGINT;
  if (values instanceof BigUint64Array) return UBIGINT;
  return DOUBLE;
}

/**
 * The typed array behind a vector of a fixed-width type. The library keeps it private and offers one call per
 * item with a boxed bigint each; every fixed-width vector has it.
 */
function itemsOf<T extends Values>(vector: DuckDBVector): T {
  return (vector as unknown as { readonly items: T }).items;
}

/** Appends whole columns to a table, within the connection's transaction. */
export async function appendColumns(
  connection: DuckDBConnection,
  table: string,
  columns: readonly Values[],
): Promise<void> {
  const length = columns[0]?.length ?? 0;
  if (length === 0) return;
  const types = columns.map(typeOf);
  const appender = await connection.createAppender(table);
  for (let start = 0; start < length; start += rowsPerChunk) {
    const count = Math.min(rowsPerChunk, length - start);
    const chunk = DuckDBDataChunk.create(types, count);
    for (const [index, values] of columns.entries()) {
      const vector = chunk.getColumnVector(index);
      // One of the union's `set` overloads fits, since the vector was made for this column's type.
      itemsOf<Float64Array>(vector).set(values.subarray(start, start + count) as Float64Array);
      vector.flush();
    }
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

/** Reads one column of a result's chunk as it lies in memory: valid until the chunk is gone. */
export const columnOf = <T extends Values>(chunk: DuckDBDataChunk, index: number): T =>
  itemsOf<T>(chunk.getColumnVector(index));
