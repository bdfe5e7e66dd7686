import type { CallTree, Column } from './call-tree.ts';
import { firstOnPath } from './first-on-path.ts';
import type { FrameTable } from './frame-table.ts';
import { FrameTableBuilder } from './frame-table-builder.ts';
import { grown } from './grown.ts';

const initialCapacity = 1024;

/**
 * Builds a call tree by asking for children. Node 0, the root, is there from the start.
 *
 * The table of (parent, frame) → node holds nodes alone, and their keys lie side by side in an array of
 * their own: a look-up touches two cache lines. Slots that hold their keys touch one, yet are four times
 * as large, which costs more than it saves once the table outgrows the cache (bench/merge.bench.ts).
 */
export class CallTreeBuilder {
  readonly #frames: FrameTable | FrameTableBuilder;
  #length = 1;
  /** Two integers a node: parent, frame. */
  #keys = new Int32Array(initialCapacity * 2);
  #lineFrom = new Uint32Array(initialCapacity);
  #lineTo = new Uint32Array(initialCapacity);
  /** Nodes; 0 marks a free slot, for the root is nobody's child. Never more than half full. */
  #slots = new Int32Array(initialCapacity * 2);

  /** `frames`: the table that the frames given to `child` are rows of; a builder may still grow. */
  constructor(frames: FrameTable | FrameTableBuilder) {
    this.#frames = frames;
    this.#keys[0] = -1;
  }

  get length(): number {
    return this.#length;
  }

  /**
   * The child of `parent` with this frame, a new one if there was none. Lines widen the node's range;
   * 0 means unknown and widens nothing. `lineTo` is `lineFrom` where left out.
   */
  child(parent: number, frame: number, lineFrom = 0, lineTo = lineFrom): number {
    const slots = this.#slots;
    const keys = this.#keys;
    const mask = slots.length - 1;
    let slot = hash(parent, frame) & mask;
    let node = slots[slot]!;
    while (node !== 0 && (keys[node * 2] !== parent || keys[node * 2 + 1] !== (frame | 0))) {
      slot = (slot + 1) & mask;
      node = slots[slot]!;
    }
    if (node === 0) {
      node = this.#length++;
      slots[slot] = node;
      keys[node * 2] = parent;
      keys[node * 2 + 1] = frame;
      if (this.#length === this.#lineFrom.length) this.#grow();
    }
    if (lineFrom !== 0) {
      const known = this.#lineFrom[node]!;
      if (known === 0 || lineFrom < known) this.#lineFrom[node] = lineFrom;
      if (lineTo > this.#lineTo[node]!) this.#lineTo[node] = lineTo;
    }
    return node;
  }

  /** The child of `parent` with this frame, -1 if there is none. */
  find(parent: number, frame: number): number {
    const slots = this.#slots;
    const keys = this.#keys;
    const mask = slots.length - 1;
    let slot = hash(parent, frame) & mask;
    for (let node = slots[slot]!; node !== 0; node = slots[slot]!) {
      if (keys[node * 2] === parent && keys[node * 2 + 1] === (frame | 0)) return node;
      slot = (slot + 1) & mask;
    }
    return -1;
  }

  /** The tree so far, with these columns (arrays of `length` values). A copy: the builder may go on. */
  build(columns: readonly Column[] = []): CallTree {
    const frames = this.#frames instanceof FrameTableBuilder ? this.#frames.build() : this.#frames;
    const length = this.#length;
    const parent = new Int32Array(length);
    const frame = new Uint32Array(length);
    for (let node = 0; node < length; node++) {
      parent[node] = this.#keys[node * 2]!;
      frame[node] = this.#keys[node * 2 + 1]!;
    }
    return {
      frames,
      length,
      parent,
      frame,
      firstOnPath: firstOnPath({ length, parent, frame }, frames.length),
      lineFrom: this.#lineFrom.slice(0, length),
      lineTo: this.#lineTo.slice(0, length),
      columns,
    };
  }

  #grow(): void {
    this.#keys = grown(this.#keys, Int32Array);
    this.#lineFrom = grown(this.#lineFrom, Uint32Array);
    this.#lineTo = grown(this.#lineTo, Uint32Array);
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let node = 1; node < this.#length; node++) {
      let slot = hash(this.#keys[node * 2]!, this.#keys[node * 2 + 1]!) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = node;
    }
    this.#slots = slots;
  }
}

/**
 * Differs from process to process. Whoever uploads chooses these numbers, and could choose them so that all fall
 * into one slot; rows do not depend on slots, so nothing else changes.
 */
const seed = (Math.random() * 2 ** 32) | 0;

function hash(parent: number, frame: number): number {
  const h = Math.imul(parent ^ seed, 0x9e3779b1) ^ Math.imul(frame, 0x85ebca77);
  return (h ^ (h >>> 15)) >>> 0;
}
