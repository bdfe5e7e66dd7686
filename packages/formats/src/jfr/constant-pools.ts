import type { Limits } from '../format.ts';
import { PairTable } from '../pair-table.ts';
import type { JfrReader } from './jfr-reader.ts';
import type { Layout, Layouts } from './layout.ts';

const CHECKPOINT = 1;

/** Where the constants of one type lie, by their keys. */
interface Index {
  readonly keys: PairTable;
  /** By the row of a key; undefined where the key is only referred to. */
  readonly places: (number | undefined)[];
}

/**
 * The constants of a chunk, found once and read when they are first asked for: most of a recording's
 * constants belong to events that nobody reads here.
 */
export class ConstantPools {
  readonly #reader: JfrReader;
  readonly #layouts: Layouts;
  #strings: ((key: number) => string) | undefined;
  readonly #indexes = new Map<string, Index>();

  /** `pos` of the reader is the last checkpoint. Only constants of these types are kept. */
  constructor(
    layouts: Layouts,
    { reader, limits, types }: { reader: JfrReader; limits: Limits; types: readonly string[] },
  ) {
    this.#reader = reader;
    this.#layouts = layouts;
    for (const type of types) {
      this.#indexes.set(type, { keys: new PairTable(limits.nodes), places: [] });
    }
  }

  /** Checkpoints are chained from the last to the first, by how far back the one before lies. */
  index(last: number, first: number): void {
    const reader = this.#reader;
    const outer = reader.end;
    let at = last;
    for (;;) {
      reader.pos = at;
      const end = at + reader.int();
      // They may not overlap either, or a short file would be read over and over.
      if (end <= at || end > reader.end) reader.overrun();
      reader.end = end;
      const back = this.#indexCheckpoint();
      if (back === 0) break;
      if (back > 0 || at + back < first) reader.corrupt('the chain of checkpoints is broken');
      reader.end = at;
      at += back;
    }
    reader.end = outer;
  }

  #indexCheckpoint(): number {
    const reader = this.#reader;
    if (reader.long() !== CHECKPOINT) reader.corrupt('there is no checkpoint');
    reader.long();
    reader.long();
    const back = reader.long();
    reader.byte();
    const pools = reader.count(2);
    for (let pool = 0; pool < pools; pool++) this.#indexPool(reader.long());
    return back;
  }

  #indexPool(type: number): void {
    const reader = this.#reader;
    const layout = this.#layouts.of(type);
    const index = this.#indexes.get(this.#layouts.types.byId.get(type)?.name ?? '');
    const count = reader.count(1 + layout.length);
    for (let i = 0; i < count; i++) {
      const key = reader.id();
      // Of a constant that is written again, the last is met first.
      if (index) index.places[rowOf(index, key)] ??= reader.pos;
      this.#layouts.skip(layout);
    }
  }

  /** The constants of a type, `none` where there is none of that key. */
  pool<Value>(
    type: string,
    how: { none: Value; read: (of: Constants) => () => Value },
  ): (key: number) => Value {
    const index = this.#indexes.get(type);
    const described = this.#layouts.types.byName.get(type);
    if (!index || !described) return () => how.none;
    const layout = this.#layouts.of(described.id);
    const read = how.read({ layout, layouts: this.#layouts });
    const values: (Value | undefined)[] = [];
    return (key) => {
      if (Number.isNaN(key)) return how.none;
      const row = rowOf(index, key);
      const place = index.places[row];
      if (place === undefined) return how.none;
      values[row] ??= this.#at(place, read);
      return values[row];
    };
  }

  /** Text of the string at a place, '' where there is none. */
  text(place: number): string {
    if (Number.isNaN(place)) return '';
    return this.#at(place, () => this.#reader.text((key) => this.#pooledText(key)));
  }

  #pooledText(key: number): string {
    this.#strings ??= this.pool('java.lang.String', {
      none: '',
      // A string of the pool that is another of the pool could be itself.
      read: () => () => this.#reader.text(() => ''),
    });
    return this.#strings(key);
  }

  /** What `read` finds at a place, after which the cursor is where it was. */
  #at<Value>(place: number, read: () => Value): Value {
    const reader = this.#reader;
    const { pos, end } = reader;
    reader.pos = place;
    reader.end = reader.chunkEnd;
    const value = read();
    reader.pos = pos;
    reader.end = end;
    return value;
  }
}

export interface Constants {
  readonly layout: Layout;
  readonly layouts: Layouts;
}

const rowOf = ({ keys }: Index, key: number): number =>
  keys.row(Math.floor(key / 2 ** 32) | 0, key | 0);
