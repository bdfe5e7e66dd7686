import { BinaryScalars } from './binary-scalars.ts';
import { Allowance, corrupt, type IonBounds } from './bounds.ts';
import { type Container, put } from './members.ts';
import { SYMBOL_TABLE_ID, SymbolTable } from './symbol-table.ts';

/*
 * Binary Ion 1.0. A value is a byte of type and length, more of the length where it is 14, then its bytes; a member
 * of a struct has the number of its name before it.
 *
 *   E0 01 00 EA   version marker: the symbols so far are forgotten
 *   E. ..         annotations around a value; $ion_symbol_table around a struct declares symbols
 */

const type = { null: 0, bool: 1, list: 11, sexp: 12, struct: 13, wrapper: 14 } as const;
const VERSION_MARKER = 0xe0;

/** What to go on with when the container that is being read has ended, and what to do with that. */
interface Outer {
  readonly container: Container;
  readonly end: number;
  readonly isSymbolTable: boolean;
}

/**
 * The values of a document, as JSON.parse would give them: numbers of all kinds are numbers, timestamps epoch
 * milliseconds, symbols their texts, clobs and blobs bytes; annotations are left out. Throws Problems only. A loop with a
 * stack of its own, for call trees are deeper than the machine's.
 */
export const readIonBinary = (bytes: Uint8Array, bounds: IonBounds): unknown[] =>
  new BinaryReader(bytes, bounds).values();

class BinaryReader {
  readonly #in: BinaryScalars;
  readonly #allowance: Allowance;
  readonly #symbols: SymbolTable;
  readonly #roots: unknown[] = [];
  readonly #outer: Outer[] = [];
  #container: Container = this.#roots;
  #end: number;

  constructor(bytes: Uint8Array, bounds: IonBounds) {
    this.#allowance = new Allowance(bounds);
    this.#symbols = new SymbolTable(bounds.symbolLength);
    this.#in = new BinaryScalars(bytes, this.#symbols);
    this.#end = bytes.length;
  }

  values(): unknown[] {
    for (;;) {
      while (this.#in.at < this.#end) this.#member();
      const done = this.#outer.pop();
      if (!done) return this.#roots;
      this.#leave(done);
    }
  }

  #member(): void {
    const isTop = this.#outer.length === 0;
    if (isTop && this.#in.bytes[this.#in.at] === VERSION_MARKER) {
      this.#in.versionMarker();
      this.#allowance.value();
      this.#symbols.reset();
      return;
    }
    const name = Array.isArray(this.#container)
      ? ''
      : this.#symbols.text(this.#in.varUint(this.#end));
    let tag = this.#in.byte(this.#end);
    let wrapperEnd = -1;
    let isSymbolTable = false;
    if (tag >> 4 === type.wrapper) {
      const length = this.#in.length(tag & 15, this.#end);
      wrapperEnd = this.#in.at + length;
      isSymbolTable = this.#annotations(wrapperEnd) === SYMBOL_TABLE_ID && isTop;
      tag = this.#in.byte(wrapperEnd);
      if (tag >> 4 === type.wrapper) throw corrupt('annotates annotations', this.#in.at);
    }
    this.#value(name, tag, wrapperEnd, isSymbolTable);
  }

  /** The first one. */
  #annotations(wrapperEnd: number): number {
    const length = this.#in.varUint(wrapperEnd);
    const end = this.#in.at + length;
    if (length === 0 || end >= wrapperEnd) throw corrupt('has a broken annotation', this.#in.at);
    const first = this.#in.varUint(end);
    this.#symbols.text(first);
    while (this.#in.at < end) this.#symbols.text(this.#in.varUint(end));
    return first;
  }

  #value(name: string, tag: number, wrapperEnd: number, isSymbolTable: boolean): void {
    const kind = tag >> 4;
    const low = tag & 15;
    const start = this.#in.at;
    const length = kind === type.bool || low === 15 ? 0 : this.#lengthOf(kind, low);
    const end = this.#in.at + length;
    if (wrapperEnd >= 0 && end !== wrapperEnd) {
      throw corrupt('annotates less or more than a value', start);
    }
    if (kind === type.null && low !== 15) {
      if (wrapperEnd >= 0) throw corrupt('annotates padding', start);
      this.#in.at = end;
      return;
    }
    this.#allowance.value();
    if (low !== 15 && kind >= type.list && kind <= type.struct) {
      const container = kind === type.struct ? {} : [];
      if (!isSymbolTable) put(this.#container, name, container);
      this.#enter(container, end, isSymbolTable);
    } else put(this.#container, name, this.#in.scalar(kind, low, end));
  }

  #lengthOf(kind: number, low: number): number {
    // A struct of length 1 says that its members are sorted, and its length behind it.
    if (kind !== type.struct || low !== 1) return this.#in.length(low, this.#end);
    const length = this.#in.length(14, this.#end);
    if (length === 0) throw corrupt('has a sorted struct without members', this.#in.at);
    return length;
  }

  #enter(container: Container, end: number, isSymbolTable: boolean): void {
    this.#outer.push({ container: this.#container, end: this.#end, isSymbolTable });
    this.#allowance.container(this.#outer.length);
    this.#container = container;
    this.#end = end;
  }

  #leave({ container, end, isSymbolTable }: Outer): void {
    const left = this.#container;
    this.#container = container;
    this.#end = end;
    if (isSymbolTable && !Array.isArray(left)) this.#symbols.declare(left);
  }
}
