import { setImmediate as turn } from 'node:timers/promises';
import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import { type FrameTable, high, low } from '@everflame/model';
import { columnOf } from './column-rows.ts';
import type { Database } from './database.ts';
import { FrameNames } from './frame-names.ts';
import { HashIndex, halvesOf } from './hash-index.ts';

/** Rows appended before others get a turn: a profile may bring a hundred thousand new names. */
const rowsInARow = 8192;

/** Characters of texts kept in memory, with 100 for each frame; past it they are forgotten and read again where needed. */
const defaultMostCharacters = 64 * 2 ** 20;

/**
 * Numbers of all frames of all groups; 0 is the root's. Hashes are held in memory whole (16 bytes a frame), texts
 * as far as they were asked for.
 */
export class FrameDictionary {
  readonly #index = new HashIndex();
  readonly #numbersOf = new FrameNames();
  readonly #mostCharacters: number;
  #name: (string | undefined)[] = [''];
  #file: string[] = [''];
  #module: string[] = [''];
  #runtime: number[] = [0];
  #characters = 0;
  /** Frames below this number are in the file. */
  #written = 1;

  constructor(mostCharacters = defaultMostCharacters) {
    this.#mostCharacters = mostCharacters;
    this.#index.insert(0, 0);
  }

  get length(): number {
    return this.#index.length;
  }

  static async load(connection: DuckDBConnection): Promise<FrameDictionary> {
    const frames = new FrameDictionary();
    const result = await connection.run('SELECT id, hash FROM frames ORDER BY id');
    for (let index = 0; index < result.chunkCount; index++) {
      const chunk = result.getChunk(index);
      const ids = columnOf<Int32Array>(chunk, 0);
      const halves = halvesOf(columnOf<BigUint64Array>(chunk, 1));
      for (let row = 0; row < ids.length; row++) {
        while (frames.length < ids[row]!) frames.#index.skip();
        frames.#index.insert(halves[row * 2 + low]!, halves[row * 2 + high]!);
      }
    }
    frames.settle();
    return frames;
  }

  /** Numbers of the rows of a frame table, new ones where they were not known. Row 0 is the root. */
  intern(table: FrameTable, hashes: BigUint64Array): Int32Array {
    const halves = halvesOf(hashes);
    const numbers = new Int32Array(table.length);
    for (let row = 1; row < table.length; row++) {
      const lo = halves[row * 2 + low]!;
      const hi = halves[row * 2 + high]!;
      let id = this.#index.find(lo, hi);
      if (id < 0) {
        id = this.#index.insert(lo, hi);
        this.#remember(id, table.name[row]!, table.file[row]!, table.module[row]!);
        this.#runtime[id] = table.runtime[row]!;
        this.#numbersOf.add(table.name[row]!, id);
      }
      numbers[row] = id;
    }
    return numbers;
  }

  /** Appends the frames numbered from `first` on to their table, within the connection's transaction. */
  async append(connection: DuckDBConnection, first: number): Promise<void> {
    if (first === this.length) return;
    const appender = await connection.createAppender('frames');
    for (let id = first; id < this.length; id++) {
      appender.appendInteger(id);
      appender.appendUBigInt(this.#index.hash(id));
      appender.appendVarchar(this.#name[id]!);
      appender.appendVarchar(this.#file[id]!);
      appender.appendVarchar(this.#module[id]!);
      appender.appendTinyInt(this.#runtime[id]!);
      appender.endRow();
      if (id % rowsInARow === 0) {
        appender.flushSync();
        await turn();
      }
    }
    appender.closeSync();
  }

  /** Numbers of all frames that have one of the names; of groups that never had them as well. */
  named(
    names: readonly string[],
    database: Database,
  ): Promise<ReadonlyMap<string, readonly number[]>> {
    return this.#numbersOf.find(names, {
      unwritten: () =>
        this.#name.slice(this.#written).map((name, at) => [name!, this.#written + at] as const),
      read: (missing) => database.read((connection) => readNamed(connection, missing)),
    });
  }

  /** A table of these frames, in this order; `undefined` while the text of one of them is not in memory. */
  table(ids: readonly number[]): FrameTable | undefined {
    const name: string[] = [];
    for (const id of ids) {
      const text = this.#name[id];
      if (text === undefined) return undefined;
      name.push(text);
    }
    return {
      length: ids.length,
      name,
      file: ids.map((id) => this.#file[id]!),
      module: ids.map((id) => this.#module[id]!),
      runtime: Uint8Array.from(ids, (id) => this.#runtime[id]!),
    };
  }

  /** What `append` wrote is committed. */
  settle(): void {
    this.#written = this.length;
  }

  /** Lets go of texts if there are too many. */
  trim(): void {
    if (this.#characters > this.#mostCharacters) this.#forgetTexts();
  }

  /** Reads the texts of all frames of a group. */
  async loadTexts(connection: DuckDBConnection, group: number): Promise<void> {
    this.trim();
    const result = await connection.run(
      `SELECT id, name, file, module, runtime FROM frames
       WHERE id IN (SELECT DISTINCT frame FROM nodes WHERE grp = ${group})`,
    );
    for (let index = 0; index < result.chunkCount; index++) this.#readTexts(result.getChunk(index));
  }

  #readTexts(chunk: DuckDBDataChunk): void {
    const ids = columnOf<Int32Array>(chunk, 0);
    const [names, files, modules] = [1, 2, 3].map((column) => chunk.getColumnVector(column));
    const runtimes = columnOf<Int8Array>(chunk, 4);
    for (let row = 0; row < ids.length; row++) {
      const id = ids[row]!;
      if (this.#name[id] !== undefined) continue;
      this.#remember(
        id,
        String(names?.getItem(row)),
        String(files?.getItem(row)),
        String(modules?.getItem(row)),
      );
      this.#runtime[id] = runtimes[row]!;
    }
  }

  #remember(id: number, name: string, file: string, module: string): void {
    this.#name[id] = name;
    this.#file[id] = file;
    this.#module[id] = module;
    this.#characters += 100 + name.length + file.length + module.length;
  }

  /** But for those that wait to be written, for they are nowhere else: readers come while an append is under way. */
  #forgetTexts(): void {
    const [names, files, modules, runtimes] = [this.#name, this.#file, this.#module, this.#runtime];
    this.#name = [''];
    this.#file = [''];
    this.#module = [''];
    this.#runtime = [0];
    this.#characters = 0;
    for (let id = this.#written; id < this.length; id++) {
      this.#remember(id, names[id]!, files[id]!, modules[id]!);
      this.#runtime[id] = runtimes[id]!;
    }
  }
}

async function readNamed(
  connection: DuckDBConnection,
  names: readonly string[],
): Promise<readonly (readonly [string, number])[]> {
  const places = names.map((_, index) => `$${index + 1}`).join(', ');
  const reader = await connection.runAndReadAll(
    `SELECT name, id FROM frames WHERE name IN (${places})`,
    [...names],
  );
  return reader.getRows().map(([name, id]) => [String(name), Number(id)] as const);
}
