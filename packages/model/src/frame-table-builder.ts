import { type FrameTable, type Runtime, runtimes } from './frame-table.ts';

const initialSlots = 1024;

/**
 * Interns functions. Strings become numbers first, so that a row is found by comparing three integers
 * and no joined key is ever built; a flood of rows with one name costs no more than any other.
 */
export class FrameTableBuilder {
  readonly #strings = new Map<string, number>();
  readonly #names: string[] = [];
  readonly #files: string[] = [];
  readonly #modules: string[] = [];
  readonly #runtimes: number[] = [];
  /** Three integers a row: name, file, module with runtime. */
  readonly #keys: number[] = [];
  /** Row + 1, 0 where free. Never more than half full. */
  #slots = new Int32Array(initialSlots);

  constructor() {
    this.row('', '', '', 'other');
  }

  get length(): number {
    return this.#names.length;
  }

  /** The row of this function, a new one if it was not seen before. Names are taken as they are. */
  row(name: string, file: string, module: string, runtime: Runtime): number {
    const nameId = this.#idOf(name);
    const fileId = this.#idOf(file);
    const runtimeId = runtimes.indexOf(runtime);
    const moduleId = this.#idOf(module) * 16 + runtimeId;
    const keys = this.#keys;
    const mask = this.#slots.length - 1;
    let slot = hash(nameId, fileId, moduleId) & mask;
    for (let found = this.#slots[slot]!; found !== 0; found = this.#slots[slot]!) {
      const at = (found - 1) * 3;
      if (keys[at] === nameId && keys[at + 1] === fileId && keys[at + 2] === moduleId) {
        return found - 1;
      }
      slot = (slot + 1) & mask;
    }
    const row = this.#names.push(name) - 1;
    this.#files.push(file);
    this.#modules.push(module);
    this.#runtimes.push(runtimeId);
    keys.push(nameId, fileId, moduleId);
    this.#slots[slot] = row + 1;
    if (row * 2 >= this.#slots.length) this.#grow();
    return row;
  }

  /** A copy: the builder may go on and build again. */
  build(): FrameTable {
    return {
      length: this.#names.length,
      name: this.#names.slice(),
      file: this.#files.slice(),
      module: this.#modules.slice(),
      runtime: Uint8Array.from(this.#runtimes),
    };
  }

  #idOf(text: string): number {
    const known = this.#strings.get(text);
    if (known !== undefined) return known;
    const id = this.#strings.size;
    this.#strings.set(text, id);
    return id;
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * 4);
    const mask = slots.length - 1;
    for (let row = 0; row < this.#names.length; row++) {
      const at = row * 3;
      let slot = hash(this.#keys[at]!, this.#keys[at + 1]!, this.#keys[at + 2]!) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = row + 1;
    }
    this.#slots = slots;
  }
}

/**
 * Differs from process to process. Whoever uploads chooses these numbers, and could choose them so that all fall
 * into one slot; rows do not depend on slots, so nothing else changes.
 */
const seed = (Math.random() * 2 ** 32) | 0;

function hash(name: number, file: number, module: number): number {
  let h =
    Math.imul(name ^ seed, 0x9e3779b1) ^
    Math.imul(file, 0x85ebca77) ^
    Math.imul(module, 0xc2b2ae3d);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  return (h ^ (h >>> 13)) >>> 0;
}
