import { isLittleEndian, Problem } from '@everflame/model';

/*
 * application/vnd.profile-tree, version 1. Little endian; every section starts at a multiple of 8.
 *
 *   0      u32  magic "PTR1"
 *   4      u32  H, length of the header
 *   8      H    header: JSON, padded with spaces
 *   8 + H  ...  text: UTF-8, unique strings joined by "\n"; "\" and "\n" within one are written "\\" and "\n"
 *          ...  frame columns: name, file, module (rows of the text), runtime, id (u64)
 *          ...  node columns in preorder: depth, frame, lineFrom, lineTo, elidedNodes,
 *               self.<STATE> and elided.<STATE>
 *
 * The header's `layout` gives the lengths, and for each column its name and type. Totals, parents, sizes
 * and places are not sent: deriveTree makes them.
 */

export const magic = 0x31525450; // "PTR1"

export type ColumnType = 'u8' | 'u16' | 'u32' | 'f64' | 'u64';
export type ColumnSpec = readonly [name: string, type: ColumnType];

export interface Layout {
  readonly textBytes: number;
  readonly frames: number;
  readonly nodes: number;
  readonly frameColumns: readonly ColumnSpec[];
  readonly nodeColumns: readonly ColumnSpec[];
}

const widthOf: Readonly<Record<ColumnType, number>> = { u8: 1, u16: 2, u32: 4, f64: 8, u64: 8 };

export const aligned = (bytes: number): number => Math.ceil(bytes / 8) * 8;

/** Bytes of a column, without padding. */
export const columnBytes = (type: ColumnType, rows: number): number => widthOf[type] * rows;

export const isColumnType = (text: unknown): text is ColumnType =>
  typeof text === 'string' && Object.hasOwn(widthOf, text);

/** The narrowest type that holds all values; f64 where one is negative, broken or above 2^32 - 1. */
export function narrowest(values: Uint32Array | Float64Array): ColumnType {
  let max = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value !== value >>> 0) return 'f64';
    if (value > max) max = value;
  }
  if (max < 256) return 'u8';
  return max < 65_536 ? 'u16' : 'u32';
}

/** Numbers or ids on their way into a column. */
export type Values = Uint32Array | Float64Array | BigUint64Array;

export type NamedValues = readonly [name: string, values: Values];

/** The types of these columns, in order; a Problem unless they are exactly the ones that are there. */
export function expectColumns(
  columns: readonly ColumnSpec[],
  names: readonly string[],
): ColumnType[] {
  const found = columns.map(([name]) => name).join(' ');
  if (found === names.join(' ')) return columns.map(([, type]) => type);
  throw new Problem('corrupt-profile', `Expected columns ${names.join(' ')}, and ${found} came.`);
}

/** `at` is a multiple of 8 within a buffer that holds the column. */
export function writeColumn(
  target: { readonly buffer: ArrayBuffer; readonly at: number },
  type: ColumnType,
  values: Values,
): void {
  const { buffer, at } = target;
  if (values instanceof BigUint64Array) new BigUint64Array(buffer, at, values.length).set(values);
  else if (type === 'u8') new Uint8Array(buffer, at, values.length).set(values);
  else if (type === 'u16') new Uint16Array(buffer, at, values.length).set(values);
  else if (type === 'u32') new Uint32Array(buffer, at, values.length).set(values);
  else new Float64Array(buffer, at, values.length).set(values);
  if (!isLittleEndian)
    swapBytes(new Uint8Array(buffer, at, columnBytes(type, values.length)), type);
}

/** Reads columns one after the other; a Problem where the bytes end too early. */
export class ColumnReader {
  readonly #bytes: Uint8Array;
  #at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  get at(): number {
    return this.#at;
  }

  /** The next section, and past its padding. A copy, so it is aligned whatever the source was. */
  section(length: number): Uint8Array<ArrayBuffer> {
    const end = this.#at + aligned(length);
    if (!(end <= this.#bytes.length)) {
      throw new Problem(
        'truncated-profile',
        `The tree says it has at least ${end} bytes, and ${this.#bytes.length} came.`,
      );
    }
    const section = this.#bytes.slice(this.#at, this.#at + length);
    this.#at = end;
    return section as Uint8Array<ArrayBuffer>;
  }

  u32(type: ColumnType, rows: number): Uint32Array<ArrayBuffer> {
    const { buffer } = this.#column(type, rows);
    if (type === 'u8') return new Uint32Array(new Uint8Array(buffer));
    if (type === 'u16') return new Uint32Array(new Uint16Array(buffer));
    if (type === 'u32') return new Uint32Array(buffer);
    throw new Problem('corrupt-profile', `A column of whole numbers has type ${type}.`);
  }

  f64(type: ColumnType, rows: number): Float64Array<ArrayBuffer> {
    const { buffer } = this.#column(type, rows);
    if (type === 'u8') return new Float64Array(new Uint8Array(buffer));
    if (type === 'u16') return new Float64Array(new Uint16Array(buffer));
    if (type === 'u32') return new Float64Array(new Uint32Array(buffer));
    if (type === 'f64') return new Float64Array(buffer);
    throw new Problem('corrupt-profile', `A column of weights has type ${type}.`);
  }

  u64(type: ColumnType, rows: number): BigUint64Array<ArrayBuffer> {
    if (type !== 'u64') throw new Problem('corrupt-profile', `Ids have type ${type}.`);
    return new BigUint64Array(this.#column(type, rows).buffer);
  }

  #column(type: ColumnType, rows: number): Uint8Array<ArrayBuffer> {
    const section = this.section(columnBytes(type, rows));
    if (!isLittleEndian) swapBytes(section, type);
    return section;
  }
}

function swapBytes(bytes: Uint8Array, type: ColumnType): void {
  const width = widthOf[type];
  for (let at = 0; at < bytes.length; at += width) bytes.subarray(at, at + width).reverse();
}
