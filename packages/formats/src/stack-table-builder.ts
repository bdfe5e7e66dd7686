import { grown, Problem, type StackTable } from '@everflame/model';
import type { Limits } from './format.ts';
import { PairTable } from './pair-table.ts';

const initialRows = 1024;

// Four integers a row, so that a step touches one cache line.
const SITE = 0;
const PARENT = 1;
const FIRST_CHILD = 2;
const NEXT_SIBLING = 3;

/** Children of a row that are kept in its list; the rest is found by a hash table. */
const LISTED = 8;

/**
 * Builds the prefix tree of stacks. A *site* is a place in the code, a frame with a line: interning
 * sites first makes a step down the tree one comparison of integers.
 *
 * Nearly every row has a handful of children, so they hang on a list, newest first, and a row that was
 * just made costs no search at all. That is twice as fast on real profiles as one hash table of
 * (parent, site), which outgrows the cache and is rebuilt again and again (bench/pprof-decode.bench.ts).
 */
export class StackTableBuilder {
  readonly #limits: Limits;
  readonly #sites: PairTable;
  #rows = new Int32Array(initialRows * 4);
  #length = 1;
  /** (parent, site) of children beyond LISTED, and their rows. */
  readonly #unlisted: PairTable;
  readonly #unlistedRow: number[] = [0];

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#sites = new PairTable(limits.nodes);
    this.#unlisted = new PairTable(limits.nodes);
  }

  /** `line` is 1-based, 0 where unknown. */
  site(frame: number, line: number): number {
    return this.#sites.row(frame, line | 0);
  }

  /** The row of this site called from the stack `parent`; a new one if it was not seen before. */
  child(parent: number, site: number): number {
    const rows = this.#rows;
    // The child that came first mostly lies behind its parent, and mostly is the one.
    let row = parent + 1;
    if (rows[row << 2] === site && rows[(row << 2) + PARENT] === parent) return row;
    let listed = 0;
    row = rows[(parent << 2) + FIRST_CHILD]!;
    while (row !== 0) {
      if (rows[row << 2] === site) return row;
      if (++listed === LISTED) return this.#unlistedChild(parent, site);
      row = rows[(row << 2) + NEXT_SIBLING]!;
    }
    row = this.#append(parent, site);
    this.#rows[(row << 2) + NEXT_SIBLING] = this.#rows[(parent << 2) + FIRST_CHILD]!;
    this.#rows[(parent << 2) + FIRST_CHILD] = row;
    return row;
  }

  #unlistedChild(parent: number, site: number): number {
    const pair = this.#unlisted.row(parent, site);
    this.#unlistedRow[pair] ??= this.#append(parent, site);
    return this.#unlistedRow[pair];
  }

  #append(parent: number, site: number): number {
    const row = this.#length;
    if (row > this.#limits.nodes) {
      throw new Problem(
        'too-many-nodes',
        `The profile has more than ${this.#limits.nodes} distinct stacks.`,
      );
    }
    // One row more than there are: `child` looks at what lies behind its parent.
    if (row * 4 + 4 === this.#rows.length) this.#rows = grown(this.#rows, Int32Array);
    this.#rows[(row << 2) + SITE] = site;
    this.#rows[(row << 2) + PARENT] = parent;
    this.#length = row + 1;
    return row;
  }

  /** Throws `stack-too-deep`. */
  build(): StackTable {
    const rows = this.#rows;
    const length = this.#length;
    const sites = this.#sites;
    const parent = new Int32Array(length);
    const frame = new Uint32Array(length);
    const line = new Uint32Array(length);
    const depth = new Uint32Array(length);
    let deepest = 0;
    parent[0] = -1;
    for (let row = 1; row < length; row++) {
      const site = rows[(row << 2) + SITE]!;
      parent[row] = rows[(row << 2) + PARENT]!;
      frame[row] = sites.first(site);
      line[row] = sites.second(site);
      const below = depth[parent[row]!]! + 1;
      depth[row] = below;
      if (below > deepest) deepest = below;
    }
    if (deepest > this.#limits.depth) {
      const { depth: most } = this.#limits;
      throw new Problem(
        'stack-too-deep',
        `A stack has ${deepest} frames; at most ${most} are accepted.`,
      );
    }
    return { length, parent, frame, line };
  }
}
