import { grown, Problem, type ProblemCode } from '@everflame/model';

const initialRows = 512;

/**
 * Gives each distinct pair of 32-bit integers a row, in the order they are first met. Sites are
 * pairs (frame, line), label sets are pairs (smaller set, label), links are trees of pairs.
 *
 * Row 0 is the caller's own ("none", or the root) and is never found. Keys lie in the slots themselves,
 * four integers each, so that a look-up touches one cache line.
 */
export class PairTable {
  readonly #limit: number;
  readonly #problem: ProblemCode;
  #length = 1;
  #first = new Int32Array(initialRows);
  #second = new Int32Array(initialRows);
  /** [first, second, row, -] each; row 0 marks a free slot. Never more than half full. */
  #slots = new Int32Array(initialRows * 2 * 4);
  #mask = initialRows * 2 - 1;

  /** More than `limit` rows throw `problem`. */
  constructor(limit: number, problem: ProblemCode = 'too-many-nodes') {
    this.#limit = limit;
    this.#problem = problem;
  }

  get length(): number {
    return this.#length;
  }

  row(first: number, second: number): number {
    const slots = this.#slots;
    const mask = this.#mask;
    let at = (hash(first, second) & mask) << 2;
    for (let row = slots[at + 2]!; row !== 0; row = slots[at + 2]!) {
      if (slots[at] === first && slots[at + 1] === second) return row;
      at = (at + 4) & ((mask << 2) | 3);
    }
    return this.#append(at, first, second);
  }

  first(row: number): number {
    return this.#first[row]!;
  }

  second(row: number): number {
    return this.#second[row]!;
  }

  #append(at: number, first: number, second: number): number {
    const row = this.#length;
    if (row > this.#limit) throw new Problem(this.#problem);
    if (row === this.#first.length) {
      this.#first = grown(this.#first, Int32Array);
      this.#second = grown(this.#second, Int32Array);
    }
    this.#first[row] = first;
    this.#second[row] = second;
    const slots = this.#slots;
    slots[at] = first;
    slots[at + 1] = second;
    slots[at + 2] = row;
    this.#length = row + 1;
    if (row * 2 > this.#mask) this.#rehash();
    return row;
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 4);
    const mask = slots.length / 4 - 1;
    for (let row = 1; row < this.#length; row++) {
      const first = this.#first[row]!;
      const second = this.#second[row]!;
      let at = (hash(first, second) & mask) << 2;
      while (slots[at + 2] !== 0) at = (at + 4) & ((mask << 2) | 3);
      slots[at] = first;
      slots[at + 1] = second;
      slots[at + 2] = row;
    }
    this.#slots = slots;
    this.#mask = mask;
  }
}

/**
 * Differ from process to process. Whoever uploads chooses these numbers, and could choose them so that all fall into
 * few slots; rows do not depend on slots, so nothing else changes. Factors, for what is only added (or exclusive-or-ed)
 * moves all slots alike: numbers that fall together would do so whatever it is.
 */
const oddNumber = (): number => (Math.random() * 2 ** 32) | 1;
const ofFirst = oddNumber();
const ofSecond = oddNumber();

function hash(first: number, second: number): number {
  const h = (Math.imul(first, ofFirst) + Math.imul(second, ofSecond)) | 0;
  return h ^ (h >>> 15);
}
