/**
 * From the ids of a table's messages to their positions. Ids are 64-bit and need not be dense; nearly
 * every writer counts from one, so small ids are looked up in an array. The first of two equal ids counts.
 */
export class IdIndex {
  /** Position + 1 by id; 0 where there is none. */
  readonly dense: Int32Array;
  readonly #sparse = new Map<number | bigint, number>();

  constructor(count: number) {
    this.dense = new Int32Array(count * 4 + 64);
  }

  add(id: number | bigint, position: number): void {
    if (typeof id === 'number' && id < this.dense.length) {
      if (this.dense[id] === 0) this.dense[id] = position + 1;
    } else if (!this.#sparse.has(id)) this.#sparse.set(id, position);
  }

  /** -1 where no message has this id. 0 is "none" and never found, whatever the table holds. */
  position(id: number | bigint): number {
    if (id === 0) return -1;
    if (typeof id === 'number' && id < this.dense.length) return this.dense[id]! - 1;
    return this.#sparse.get(id) ?? -1;
  }
}
