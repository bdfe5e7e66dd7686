import type { CallTree, Column } from './call-tree.ts';
import { firstOnPath } from './first-on-path.ts';
import type { FrameTable } from './frame-table.ts';
import { FrameTableBuilder } from './frame-table-builder.ts';

const initialCapacity = 1024;

/**
 * Builds a call tree by asking for children. Node 0, the root, is there from the start.
 *
 * The table of (parent, frame) → node holds its keys itself, four integers a slot, so that a look-up
 * touches one cache line (bench/merge.bench.ts).
 */
export class CallTreeBuilder {
  readonly #frames: FrameTable | FrameTableBuilder;
  #length = 1;
  #parent = new Int32Array(initialCapacity);
  #frame = new Uint32Array(initialCapacity);
  #lineFrom = new Uint32Array(initialCapacity);
  #lineTo = new Uint32Array(initialCapacity);
  /** Slots of [parent, frame, node, -]; node 0 marks a free one, for the root is nobody's child. */
  #slots = new Int32Array(initialCapacity * 2 * 4);
  #mask = initialCapacity * 2 - 1;

  /** `frames`: the table that the frames given to `child` are rows of; a builder may still grow. */
  constructor(frames: FrameTable | FrameTableBuilder) {
    this.#frames = frames;
    this.#parent[0] = -1;
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
    const mask = this.#mask;
    let slot = hash(parent, frame) & mask;
    for (let at = slot << 2; slots[at + 2] !== 0; at = slot << 2) {
      if (slots[at] === parent && slots[at + 1] === (frame | 0)) {
        const node = slots[at + 2]!;
        if (lineFrom !== 0) this.#widen(node, lineFrom, lineTo);
        return node;
      }
      slot = (slot + 1) & mask;
    }
    const node = this.#length;
    slots[slot << 2] = parent;
    slots[(slot << 2) + 1] = frame;
    slots[(slot << 2) + 2] = node;
    this.#append(parent, frame);
    if (lineFrom !== 0) this.#widen(node, lineFrom, lineTo);
    return node;
  }

  /** The child of `parent` with this frame, -1 if there is none. */
  find(parent: number, frame: number): number {
    const slots = this.#slots;
    let slot = hash(parent, frame) & this.#mask;
    for (let at = slot << 2; slots[at + 2] !== 0; at = slot << 2) {
      if (slots[at] === parent && slots[at + 1] === (frame | 0)) return slots[at + 2]!;
      slot = (slot + 1) & this.#mask;
    }
    return -1;
  }

  /** The tree so far, with these columns (arrays of `length` values). A copy: the builder may go on. */
  build(columns: readonly Column[] = []): CallTree {
    const frames = this.#frames instanceof FrameTableBuilder ? this.#frames.build() : this.#frames;
    const length = this.#length;
    const parent = this.#parent.slice(0, length);
    const frame = this.#frame.slice(0, length);
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

  #widen(node: number, from: number, to: number): void {
    const known = this.#lineFrom[node]!;
    if (known === 0 || from < known) this.#lineFrom[node] = from;
    if (to > this.#lineTo[node]!) this.#lineTo[node] = to;
  }

  #append(parent: number, frame: number): void {
    const node = this.#length++;
    if (node >= this.#parent.length) {
      this.#parent = grown(this.#parent, Int32Array);
      this.#frame = grown(this.#frame, Uint32Array);
      this.#lineFrom = grown(this.#lineFrom, Uint32Array);
      this.#lineTo = grown(this.#lineTo, Uint32Array);
    }
    this.#parent[node] = parent;
    this.#frame[node] = frame;
    if (node * 2 > this.#mask) this.#rehash();
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 4);
    const mask = slots.length / 4 - 1;
    for (let node = 1; node < this.#length; node++) {
      const parent = this.#parent[node]!;
      const frame = this.#frame[node]!;
      let slot = hash(parent, frame) & mask;
      while (slots[(slot << 2) + 2] !== 0) slot = (slot + 1) & mask;
      slots[slot << 2] = parent;
      slots[(slot << 2) + 1] = frame;
      slots[(slot << 2) + 2] = node;
    }
    this.#slots = slots;
    this.#mask = mask;
  }
}

function hash(parent: number, frame: number): number {
  const h = Math.imul(parent, 0x9e3779b1) ^ Math.imul(frame, 0x85ebca77);
  return (h ^ (h >>> 15)) >>> 0;
}

function grown<Table extends Int32Array | Uint32Array>(
  table: Table,
  Type: new (length: number) => Table,
): Table {
  const larger = new Type(table.length * 2);
  larger.set(table);
  return larger;
}
