import type { Column } from './call-tree.ts';
import type { Measure, ThreadState } from './measure.ts';

/** Columns under construction, found by measure id and thread state. */
export class ColumnSet {
  readonly #columns = new Map<string, Column>();
  readonly #length: number;

  /** `length`: of every column, the number of nodes. */
  constructor(length: number) {
    this.#length = length;
  }

  /** The column of this measure and state, a new one of zeros if there was none. */
  column(measure: Measure, state: ThreadState): Column {
    const key = `${state} ${measure.id}`;
    const known = this.#columns.get(key);
    if (known) return known;
    const column = { measure, state, self: new Float64Array(this.#length) };
    this.#columns.set(key, column);
    return column;
  }

  /** Adds the weights of `from`, whose node i is this set's node `rowOf[i]`; a negative row is left out. */
  add(from: Column, rowOf: Int32Array): void {
    const column = this.column(from.measure, from.state);
    scatter(from.self, rowOf, column.self);
    if (from.elided) scatter(from.elided, rowOf, this.#elided(column));
  }

  /** The elided weights of a column of this set. */
  #elided(column: Column): Float64Array {
    if (column.elided) return column.elided;
    const elided = new Float64Array(this.#length);
    this.#columns.set(`${column.state} ${column.measure.id}`, { ...column, elided });
    return elided;
  }

  build(): Column[] {
    return [...this.#columns.values()];
  }
}

function scatter(from: Float64Array, rowOf: Int32Array, into: Float64Array): void {
  for (let node = 0; node < from.length; node++) {
    const row = rowOf[node]!;
    if (row >= 0) into[row]! += from[node]!;
  }
}
