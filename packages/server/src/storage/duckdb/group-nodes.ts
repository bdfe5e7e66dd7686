import type { DuckDBConnection } from '@duckdb/node-api';
import { grown, high, low } from '@everflame/model';
import type { PreparedNodes } from '../profile-store.ts';
import { columnOf, type Values } from './column-rows.ts';
import { HashIndex, halvesOf } from './hash-index.ts';

/**
 * Every call-tree node of a group, by its number. Node 0 is the root; `parent[i] < i`, since a caller is
 * never met after its callee. Numbers whose node was dropped have parent -1 and are never given out again
 * while anything refers to them.
 */
export class GroupNodes {
  readonly #index = new HashIndex();
  parent = new Int32Array(1024);
  frame = new Int32Array(1024);
  firstOnPath = new Uint8Array(1024);
  lineFrom = new Uint32Array(1024);
  lineTo = new Uint32Array(1024);
  /** While unused nodes are being looked for: 1 where an append has used the node in the meantime. */
  touched: Uint8Array | undefined;

  constructor() {
    this.#index.insert(0, 0);
    this.parent[0] = -1;
    this.firstOnPath[0] = 1;
  }

  get length(): number {
    return this.#index.length;
  }

  get bytes(): number {
    return this.#index.bytes + this.parent.length * 17;
  }

  static async load(connection: DuckDBConnection, group: number): Promise<GroupNodes> {
    const nodes = new GroupNodes();
    const result = await connection.run(
      `SELECT id, hash, parent, frame, first_on_path, line_from, line_to FROM nodes WHERE grp = ${group} ORDER BY id`,
    );
    for (let index = 0; index < result.chunkCount; index++) nodes.#read(result.getChunk(index));
    return nodes;
  }

  /**
   * Numbers of a profile's nodes, new ones where they were not known. `frameOf`: number of the frame in
   * each row of the profile's frame table. Nodes known before whose lines reach further are added to `widened`.
   */
  intern(nodes: PreparedNodes, frameOf: Int32Array, widened: Set<number>): Int32Array {
    const halves = halvesOf(nodes.id);
    const known = this.length;
    const numbers = new Int32Array(nodes.length);
    const { touched } = this;
    for (let row = 1; row < nodes.length; row++) {
      const lo = halves[row * 2 + low]!;
      const hi = halves[row * 2 + high]!;
      const from = nodes.lineFrom[row]!;
      const to = nodes.lineTo[row]!;
      let id = this.#index.find(lo, hi);
      if (id < 0) {
        id = this.#index.insert(lo, hi);
        this.#set(id, numbers[nodes.parent[row]!]!, frameOf[nodes.frame[row]!]!);
        this.firstOnPath[id] = nodes.firstOnPath[row]!;
        this.lineFrom[id] = from;
        this.lineTo[id] = to;
      } else if (from !== 0 && this.#widen(id, from, to) && id < known) {
        widened.add(id);
      }
      if (touched !== undefined && id < touched.length) touched[id] = 1;
      numbers[row] = id;
    }
    return numbers;
  }

  /** Columns of the table `nodes` for these numbers. */
  rows(group: number, ids: Int32Array): readonly Values[] {
    const { length } = ids;
    const hashes = new BigUint64Array(length);
    const parents = new Int32Array(length);
    const frames = new Int32Array(length);
    const firsts = new Int8Array(length);
    const froms = new Int32Array(length);
    const tos = new Int32Array(length);
    for (let row = 0; row < length; row++) {
      const id = ids[row]!;
      hashes[row] = this.#index.hash(id);
      parents[row] = this.parent[id]!;
      frames[row] = this.frame[id]!;
      firsts[row] = this.firstOnPath[id]!;
      froms[row] = this.lineFrom[id]!;
      tos[row] = this.lineTo[id]!;
    }
    return [new Int32Array(length).fill(group), ids, hashes, parents, frames, firsts, froms, tos];
  }

  #read(chunk: Parameters<typeof columnOf>[0]): void {
    const ids = columnOf<Int32Array>(chunk, 0);
    const halves = halvesOf(columnOf<BigUint64Array>(chunk, 1));
    const parents = columnOf<Int32Array>(chunk, 2);
    const frames = columnOf<Int32Array>(chunk, 3);
    const firsts = columnOf<Int8Array>(chunk, 4);
    const froms = columnOf<Int32Array>(chunk, 5);
    const tos = columnOf<Int32Array>(chunk, 6);
    for (let row = 0; row < ids.length; row++) {
      const id = ids[row]!;
      while (this.length < id) this.#set(this.#index.skip(), -1, 0);
      if (id === this.length) {
        this.#set(
          this.#index.insert(halves[row * 2 + low]!, halves[row * 2 + high]!),
          parents[row]!,
          frames[row]!,
        );
        this.firstOnPath[id] = firsts[row]!;
      }
      if (froms[row] !== 0) this.#widen(id, froms[row]!, tos[row]!);
    }
  }

  #widen(id: number, from: number, to: number): boolean {
    const known = this.lineFrom[id]!;
    const starts = known === 0 || from < known;
    const ends = to > this.lineTo[id]!;
    if (starts) this.lineFrom[id] = from;
    if (ends) this.lineTo[id] = to;
    return starts || ends;
  }

  #set(id: number, parent: number, frame: number): void {
    if (id >= this.parent.length) {
      this.parent = grown(this.parent, Int32Array);
      this.frame = grown(this.frame, Int32Array);
      this.firstOnPath = grown(this.firstOnPath, Uint8Array);
      this.lineFrom = grown(this.lineFrom, Uint32Array);
      this.lineTo = grown(this.lineTo, Uint32Array);
    }
    this.parent[id] = parent;
    this.frame[id] = frame;
  }
}
